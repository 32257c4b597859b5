"""The envelope: one URL, one JSON object, the documented texts in the documented order."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import Caller

JSON_VALUES = [1, -7, 2**70, 1.5, "7", "", None, True, [1, {"a": None}], {"a": [1]}, "ünïcode"]


@pytest.mark.parametrize("given", JSON_VALUES)
def test_an_id_of_any_type_comes_back_with_results_and_errors(administrator: Caller, given: object) -> None:
    good = {"id": given, "api_key": administrator.key, "method": "test", "args": {"args": 1}}
    assert administrator.post(good) == {"id": given, "result": 1, "error": None}
    assert administrator.post(good | {"method": "nothing"})["id"] == given
    assert administrator.post(good | {"api_key": "wrong"})["id"] == given


@pytest.mark.parametrize("value", JSON_VALUES)
def test_values_of_any_type_pass_unchanged(administrator: Caller, value: object) -> None:
    assert administrator("test", args=value) == value


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "Incorrect JSON query missing 'api_key'"),
        ({"id": 5, "method": "test"}, "Incorrect JSON query missing 'api_key'"),
        ({"api_key": "x"}, "Incorrect JSON query missing 'id'"),
        ({"api_key": "x", "id": 3}, "Incorrect JSON query missing 'method'"),
        ({"api_key": "x", "id": 3, "method": "test"}, "Invalid API key"),
        ({"api_key": None, "id": 3, "method": "test"}, "Invalid API key"),
        ({"api_key": ["a"], "id": 3, "method": 5}, "Invalid API key"),
        ({"api_key": "b" * 40, "id": 3, "method": "test"}, "Invalid API key"),
    ],
)
def test_what_is_missing_is_told_in_order(administrator: Caller, body: dict[str, Any], error: str) -> None:
    known_id = body.get("id") if "api_key" in body and "id" in body else None
    assert administrator.post(body) == {"id": known_id, "result": None, "error": error}


def test_methods_that_are_none(administrator: Caller) -> None:
    assert administrator.error("_get") == "Method not allowed"
    assert administrator.error("get_everything") == "No such method: get_everything"
    assert "text" in administrator.answer(7)["error"]  # type: ignore[arg-type] the mistake is the point


def test_arguments_missing_are_told_from_the_last_and_before_unknown_ones(administrator: Caller) -> None:
    assert administrator.error("create_user", nonsense=1) == "Missing non optional `email` arg in JSON DATA"
    assert administrator.error("create_user", email="a@b") == "Missing non optional `username` arg in JSON DATA"
    assert administrator.error("test", args=1, more=2, even=3) == "Unknown `even`, `more` arg in JSON DATA"


@pytest.mark.parametrize("args", [None, [], "text", 5])
def test_args_that_are_no_object_count_as_none(administrator: Caller, args: object) -> None:
    assert administrator.answer("get_users", args)["error"] is None


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""],
)
@pytest.mark.parametrize("path", ["/_admin/api", "/_admin/api/", "//_admin/api"])
def test_any_content_type_at_each_spelling_of_the_address(administrator: Caller, content_type: str, path: str) -> None:
    body = json.dumps({"id": 1, "api_key": administrator.key, "method": "test", "args": {"args": "x"}})
    response = Client().generic("POST", "/", body, content_type, PATH_INFO=path)
    assert json.loads(response.content)["result"] == "x"
    assert response.headers["Cache-Control"] == "no-cache"
    assert int(response.headers["Content-Length"]) == len(response.content)


def test_get_with_a_body_is_answered_and_other_verbs_are_not(administrator: Caller) -> None:
    body = json.dumps({"id": 1, "api_key": administrator.key, "method": "test", "args": {"args": "x"}})
    assert json.loads(Client().generic("GET", "/_admin/api", body).content)["result"] == "x"
    for verb in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        refused = Client().generic(verb, "/_admin/api", body)
        assert (refused.status_code, refused.headers["Content-Type"]) == (405, "text/plain")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_bodies_in_each_encoding_of_json(administrator: Caller, encoding: str) -> None:
    body = json.dumps(
        {"id": "é", "api_key": administrator.key, "method": "test", "args": {"args": "ü"}}, ensure_ascii=False
    )
    assert administrator.post(body.encode(encoding)) == {"id": "é", "result": "ü", "error": None}


@pytest.mark.parametrize("body", ["", "{", "nonsense", "[" * 100_000, '{"a":' * 50_000, b"\xff\xfe\xfa"])
def test_what_is_no_json_is_an_error_without_the_body_in_it(administrator: Caller, body: str | bytes) -> None:
    answer = administrator.post(body)
    assert answer["id"] is None
    assert answer["error"].startswith(("JSON parse error ERR:", "No Content-Length"))
    secret = administrator.post('{"api_key": "' + administrator.key + '", }')
    assert administrator.key not in secret["error"]


@pytest.mark.parametrize("body", ["5", '"text"', "null", "true"])
def test_what_is_no_object_is_an_error_in_the_envelope(administrator: Caller, body: str) -> None:
    answer = administrator.post(body)
    assert answer["result"] is None
    assert "must be an object" in answer["error"]


def test_how_deep_a_value_is_its_sender_decides(administrator: Caller) -> None:
    deep = "[" * 900 + "]" * 900
    body = '{"id": 1, "api_key": "' + administrator.key + '", "method": "%s", "args": {"%s": ' + deep + "}}"
    for method, argument in (("test", "args"), ("get_user", "userid"), ("create_repo", "repo_name")):
        answer = administrator.post(body % (method, argument))
        assert "nternal" not in (answer["error"] or "")


def test_a_batch_is_answered_in_order(administrator: Caller) -> None:
    one = {"id": 1, "api_key": administrator.key, "method": "test", "args": {"args": "one"}}
    answers = administrator.post([one, 5, one | {"id": 2, "api_key": "x"}, one | {"id": 3}])
    assert [each["id"] for each in answers] == [1, None, 2, 3]
    assert [each["error"] is None for each in answers] == [True, False, False, True]
    assert "at most 100" in administrator.post([one] * 101)["error"]
    assert administrator.post([]) == []


def test_the_answer_is_one_line_of_ascii(administrator: Caller) -> None:
    body = json.dumps({"id": 1, "api_key": administrator.key, "method": "test", "args": {"args": "naïve\nline"}})
    content = Client().post("/_admin/api", body, content_type="text/plain").content
    assert content.isascii()
    assert b"\n" not in content
    early = Client().post("/_admin/api", "{}", content_type="text/plain").content
    assert re.match(rb'\{"id":null,"result":null,"error":"', early)


def test_methods_for_administrators_say_so_to_others(administrator: Caller, outsider: Caller) -> None:
    assert outsider.error("get_users") == "only an administrator may call `get_users`"
    assert outsider.error("test") == "Missing non optional `args` arg in JSON DATA"


def test_an_unknown_dialect_is_an_error(administrator: Caller) -> None:
    answer = administrator.answer("get_users", {}, **{"X-API-Dialect": "klingon"})
    assert "X-API-Dialect is one of document, kallithea-0.7" in answer["error"]
