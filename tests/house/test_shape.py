"""Sizes, names and places."""

from __future__ import annotations

import ast

from tests.house.tree import SOURCE, modules, shown

LONGEST_FILE = 500
LONGEST_FUNCTION = 60
BAGS = {"utils", "util", "helpers", "helper", "common", "lib", "libs", "misc", "services", "managers"}

Function = (ast.FunctionDef, ast.AsyncFunctionDef)


def test_no_file_is_too_long() -> None:
    long = [shown(path) for path in modules() if len(path.read_text("utf-8").splitlines()) > LONGEST_FILE]
    assert long == []


def test_no_function_is_too_long() -> None:
    long = [
        f"{shown(path, node)} {node.name}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, Function) and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_every_module_says_what_it_is() -> None:
    silent = [shown(path) for path, tree in modules().items() if not ast.get_docstring(tree)]
    assert silent == []


def test_there_is_no_bag() -> None:
    bags = [
        shown(path)
        for path in SOURCE.rglob("*")
        if path.name.removesuffix(".py") in BAGS and path.name != "__pycache__"
    ]
    assert bags == []


def test_no_function_imports() -> None:
    """An import inside a function is how a cycle hides; what has to wait for Django says so with `import_module`."""
    late = [
        shown(path, node)
        for path, tree in modules().items()
        for function in ast.walk(tree)
        if isinstance(function, Function)
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    assert late == []
