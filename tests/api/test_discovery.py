"""What the API tells about itself, to programs and to people."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from belvedere.api.registry import METHODS
from tests.api.conftest import Caller

BROWSER = {"HTTP_ACCEPT": "text/html,application/xhtml+xml,*/*;q=0.8"}
ADDRESS = "/_admin/api"


class Page(HTMLParser):
    """The anchors, links and loaded files of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.inline_styles = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if "href" in given else []
        self.inline_styles += "style" in given


@pytest.fixture
def document(administrator: Caller) -> dict[str, Any]:
    return administrator("rpc.discover")


def every(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    return ((method, each) for method in document["methods"] for each in method["params"])


def test_every_method_and_alias_is_told_once(document: dict[str, Any]) -> None:
    names = [name for each in document["methods"] for name in (each["name"], *each.get("x-aliases", ()))]
    assert sorted(names) == sorted(METHODS)
    assert document["openrpc"].startswith("1.")
    assert document["info"].keys() >= {"title", "version"}


def test_a_regular_user_sees_the_same(document: dict[str, Any], outsider: Caller) -> None:
    assert outsider("rpc.discover") == document


def test_it_is_told_who_may_call_and_what_is_given(document: dict[str, Any]) -> None:
    told = {each["name"]: each for each in document["methods"]}
    assert told["create_user"]["x-administrators-only"] is True
    assert told["get_repo"]["x-administrators-only"] is False
    assert told["get_ip"]["x-aliases"] == ["show_ip"]
    assert told["get_user"]["summary"].startswith("Give a user with all permissions")
    assert {"type": "null"} in told["get_repo"]["result"]["schema"]["anyOf"]
    repository = told["get_repo"]["result"]["schema"]["anyOf"][0]["properties"]
    assert repository["repo_id"] == {"type": "integer"}
    assert repository["repo_name"] == {"type": "string"}


def test_arguments_have_types_defaults_and_other_names(document: dict[str, Any]) -> None:
    told = {(method["name"], each["name"]): each for method, each in every(document)}
    repoid = told["get_repo", "repoid"]
    assert repoid["required"] is True
    assert repoid["schema"]["type"] == ["integer", "string"]
    assert "takes read access" in repoid["description"]
    assert "default" not in repoid["schema"]
    assert told["get_repo", "with_pullrequests"]["schema"] == {"type": "boolean", "default": False}
    assert told["get_repo_nodes", "ret_type"]["schema"]["default"] == "all"
    assert told["create_repo", "repo_type"]["schema"]["anyOf"][0] == {"type": "string", "enum": ["hg", "git"]}
    assert told["update_repo", "private"]["schema"] == {"type": ["boolean", "null"], "default": None}
    assert told["create_user", "username"]["schema"]["maxLength"] == 255
    assert told["add_user_to_user_group", "usersgroupid"]["x-aliases"] == ["usergroupid"]


def test_each_schema_is_one(document: dict[str, Any]) -> None:
    for method, each in every(document):
        for schema in (each["schema"], *each["schema"].get("anyOf", ())):
            kinds = schema.get("type", [])
            known = {"string", "integer", "boolean", "array", "object", "null", "number"}
            assert set([kinds] if isinstance(kinds, str) else kinds) <= known, method["name"]


def test_examples_pair_arguments_with_answers(document: dict[str, Any]) -> None:
    for method in document["methods"]:
        (example,) = method["examples"]
        assert {each["name"] for each in example["params"]} <= {each["name"] for each in method["params"]}
        assert "value" in example["result"]


def test_no_key_is_needed_for_the_document_by_its_address(document: dict[str, Any]) -> None:
    response = Client().get(f"{ADDRESS}/openrpc.json")
    assert response["Content-Type"] == "application/json"
    assert response.json() == document


def test_get_method_finds_by_pattern_by_name_and_by_likeness(reader: Caller) -> None:
    assert {"get_repo", "get_repos"} <= set(reader("get_method", pattern="get_repo*"))
    name, arguments = reader("get_method", pattern="get_repo")
    assert name == "get_repo"
    assert arguments == {"repoid": "<required>", "with_revision_names": False, "with_pullrequests": False}
    assert "get_repo" in reader("get_method", pattern="get_repoo")
    assert reader("get_method") == sorted(METHODS)


def test_an_unknown_method_is_told_in_the_documented_text_alone(reader: Caller) -> None:
    assert reader.answer("get_repoo") == {"id": 1, "result": None, "error": "No such method: get_repoo"}


def test_a_browser_sees_every_method(administrator: Caller) -> None:
    response = Client().get(ADDRESS, **BROWSER)
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert "Accept" in response["Vary"]
    page = Page(response.content.decode())
    names = {method.name for method in METHODS.values()}
    assert names <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    anchors = {link[1:] for link in page.links if link.startswith("#")}
    assert names <= anchors <= set(page.ids)


def test_the_page_tells_what_the_site_tells(administrator: Caller) -> None:
    assert "Closed on Sunday" not in Client().get(ADDRESS, **BROWSER).content.decode()
    administrator("update_site_choices", title="Peaks & Co", announcement="Closed on Sunday")
    told = Client().get(ADDRESS, **BROWSER).content.decode()
    assert "Closed on Sunday" in told
    assert "<title>API · Peaks &amp; Co</title>" in told


def test_the_page_needs_nothing_that_its_policy_forbids(administrator: Caller) -> None:
    response = Client().get(ADDRESS, **BROWSER)
    page = Page(response.content.decode())
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert not page.tags & {"style", "iframe"}
    assert re.findall(r"<script(?![^>]* src=\"/static/)", response.content.decode()) == []
    assert page.inline_styles == 0
    loaded = [link for link in page.links if link.startswith("/static/")]
    assert len(loaded) == 3
    assert all(Client().get(link).status_code == 200 for link in loaded)


def test_the_page_is_searched(administrator: Caller) -> None:
    found = Page(Client().get(ADDRESS, {"q": "Show_IP"}, **BROWSER).content.decode())
    assert "get_ip" in found.ids
    assert "get_repo" not in found.ids
    hostile = Client().get(ADDRESS, {"q": "<script>alert(1)</script>"}, **BROWSER).content.decode()
    assert "<script>" not in hostile
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in hostile


def test_the_page_writes_the_address_that_was_asked(administrator: Caller) -> None:
    text = Client().get(ADDRESS, **BROWSER, headers={"host": "hg.example.net"}).content.decode()
    assert "curl http://hg.example.net/_admin/api" in text


@pytest.mark.parametrize("accept", ["", "*/*", "application/json"])
def test_a_program_without_a_body_is_answered_as_ever(accept: str) -> None:
    response = Client().get(ADDRESS, HTTP_ACCEPT=accept)
    assert response["Content-Type"] == "application/json"
    assert "Content-Length" in response.json()["error"]


def test_a_call_with_a_browsers_headers_is_a_call(administrator: Caller) -> None:
    body = json.dumps({"id": 5, "api_key": administrator.key, "method": "get_user", "args": {}})
    response = Client().post(ADDRESS, body, content_type="text/plain", **BROWSER)
    assert response.json()["result"]["username"] == "admin"
    got = Client().generic("GET", ADDRESS, body, content_type="text/plain", **BROWSER)
    assert got.json()["id"] == 5


def test_no_key_is_in_the_examples(administrator: Caller) -> None:
    text = Client().get(f"{ADDRESS}/openrpc.json").content.decode()
    assert set(re.findall(r'"api_key": "(\w+)"', text)) <= {"0123456789abcdef0123456789abcdef01234567"}
