"""Queries that every request asks: built into SQL once a process, run with nothing but the database's own cost.

Building a query set into SQL costs several times what the database takes to answer it from an index.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression, Field, Func, IntegerField, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

SQLITE = "sqlite"
_PLACEHOLDER = re.compile(r"(?<!%)%s")
Converter = tuple[int, list[Callable[..., Any]], Any]


class Slot(Expression):
    """A value in a prepared query that each run gives anew; it is passed to the database as it is."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, *_arguments: Any, **_more: Any) -> tuple[str, tuple[Any, ...]]:
        """Stand as a parameter whose value is not known yet."""
        return "%s", (self,)


@dataclass(frozen=True, slots=True)
class _Statement:
    sql: str
    driver_sql: str
    parameters: tuple[Any, ...]
    converters: list[Converter]


class Prepared:
    """A query set of values with `Slot`s in it, run by `rows(name=value, ...)`.

    `build` is called once for each kind of database, at the first run.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        self._build = build
        self._statements: dict[str, _Statement] = {}

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Give all rows, each value converted as the query set would."""
        connection = connections["default"]
        statement = self._statements.get(connection.vendor) or self._prepare(connection)
        bound = [values[each.name] if isinstance(each, Slot) else each for each in statement.parameters]
        found = _fetched(connection, statement, bound)
        return [_converted(row, statement.converters, connection) for row in found] if statement.converters else found

    def first(self, **values: Any) -> tuple[Any, ...] | None:
        """Give the first row, or None."""
        return next(iter(self.rows(**values)), None)

    def _prepare(self, connection: BaseDatabaseWrapper) -> _Statement:
        statement = self._statements[connection.vendor] = _statement_of(self._build(), connection)
        return statement


def raw_rows(rows: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """Give the rows of a query set of values as the driver does: `converter_of` says what they stand for."""
    connection = connections["default"]
    statement = _statement_of(rows, connection)
    return _fetched(connection, statement, list(statement.parameters))


def converter_of(rows: QuerySet[Any, Any]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """Give what makes a raw row of such a query set the values that the query set would give."""
    connection = connections["default"]
    return partial(_converted, converters=_statement_of(rows, connection).converters, connection=connection)


def _statement_of(rows: QuerySet[Any, Any], connection: BaseDatabaseWrapper) -> _Statement:
    compiler = rows.query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    columns = [column for column, _sql, _alias in compiler.select or []]
    converters = [(place, functions, column) for place, (functions, column) in compiler.get_converters(columns).items()]
    driver_sql = _PLACEHOLDER.sub("?", sql).replace("%%", "%")  # as Django's cursor does for each run
    return _Statement(sql, driver_sql, tuple(parameters), converters)


class Among(Func):
    """`column IN (slots)` as a condition; Django's own lookup wants the values at once."""

    output_field = BooleanField()

    def as_sql(self, compiler: SQLCompiler, *_arguments: Any, **_more: Any) -> tuple[str, tuple[Any, ...]]:
        """Write the condition."""
        column, *slots = [compiler.compile(each) for each in self.get_source_expressions()]
        condition = f"{column[0]} IN ({', '.join(sql for sql, _ in slots)})"
        return condition, tuple(each for _, found in slots for each in found)


class PreparedForIds:
    """A prepared query about some ids in `column`: run in as few portions as their number takes.

    Each size of portion is built once. What is left of a portion repeats an id, so that rows come once all the same.
    """

    SIZES = (1, 8, 64, 128, 512)

    def __init__(self, column: str, build: Callable[[], QuerySet[Any, Any]]) -> None:
        self._column, self._build = column, build
        self._portions = {size: Prepared(partial(self._portion, size)) for size in self.SIZES}

    def rows(self, ids: Iterable[int | bytes]) -> list[tuple[Any, ...]]:
        """Give all rows, in the query set's order within each portion."""
        waiting = list(ids)
        found: list[tuple[Any, ...]] = []
        while waiting:
            size = next((size for size in self.SIZES if size >= len(waiting)), self.SIZES[-1])
            portion, waiting = waiting[:size], waiting[size:]
            portion += portion[-1:] * (size - len(portion))
            found += self._portions[size].rows(**{f"id{place}": pk for place, pk in enumerate(portion)})
        return found

    def _portion(self, size: int) -> QuerySet[Any, Any]:
        return self._build().filter(Among(self._column, *(Slot(f"id{place}", IntegerField()) for place in range(size))))


def _fetched(connection: BaseDatabaseWrapper, statement: _Statement, bound: list[Any]) -> list[tuple[Any, ...]]:
    """Run a statement: straight in the driver where nobody watches, for Django's cursor costs as much as the query."""
    if connection.vendor != SQLITE or connection.queries_logged or connection.execute_wrappers:
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, bound)
            return list(cursor.fetchall())
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return list(connection.connection.execute(statement.driver_sql, bound))


def slot_of(model: type[Model], name: str) -> Slot:
    """Give a slot called as a column of the model and of its type."""
    field = next(field for field in model._meta.concrete_fields if field.name == name)
    return Slot(name, field)


def columns_of(model: type[Model], through: str = "") -> list[str]:
    """Name all columns of a model for `values_list`, reached `through` a relation (with its `__`)."""
    return [through + field.attname for field in model._meta.concrete_fields]


M = TypeVar("M", bound=Model)


def instance_from(model: type[M], row: Sequence[Any], start: int = 0) -> M:
    """Make an object of the columns that `columns_of` put into the row from `start` on."""
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db("default", names, row[start : start + len(names)])


def _converted(row: tuple[Any, ...], converters: list[Converter], connection: BaseDatabaseWrapper) -> tuple[Any, ...]:
    values = list(row)
    for place, functions, column in converters:
        for function in functions:
            values[place] = function(values[place], column, connection)
    return tuple(values)
