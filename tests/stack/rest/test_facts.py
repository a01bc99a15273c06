"""The facts of facts.toml, each asked of a running stack."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pgproof.timing import unit
from tests.stack.rest.fix_rest import Caller

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connect.embedded_stack import StackOf

_HERE = Path(__file__).parent
_FACTS = tomllib.loads((_HERE / "facts.toml").read_text())["fact"]
_OF_AN_ERROR = ("code", "message", "details", "hint")


@pytest.fixture(scope="module")
def harbour(stack_of: StackOf) -> Iterator[Caller]:
    """A caller with the service key, of a stack that has what facts.sql makes."""
    import httpx
    import psycopg

    stack = stack_of("prod", "--token-seconds", "3599")
    with psycopg.connect(stack.dsn, autocommit=True) as connection:
        connection.execute((_HERE / "facts.sql").read_text())
    with httpx.Client(timeout=20 * unit()) as client:
        yield Caller(stack, client, stack.service_role_key)


@pytest.mark.parametrize("fact", _FACTS, ids=[each["name"] for each in _FACTS])
def test_the_answer_is_as_the_specification_says(harbour: Caller, fact: dict[str, Any]) -> None:
    """Status, body and the headers that matter are those of the fact."""
    answer = _asked(harbour, fact)
    assert answer.status_code == fact.get("status", 200), answer.text
    for name, value in fact.get("headers", {}).items():
        assert answer.headers.get(name) == value
    if "answer" in fact:
        assert answer.json() == json.loads(fact["answer"])
    if "text" in fact:
        assert answer.text == fact["text"]
    if "rows" in fact:
        assert len(answer.json()) == fact["rows"]
    if "embedded" in fact:
        assert [len(value) for row in answer.json() for value in row.values()] == [fact["embedded"]]
    for key in _OF_AN_ERROR:
        if key in fact:
            assert answer.json()[key] == (None if fact[key] == "null" else fact[key])


def _asked(harbour: Caller, fact: dict[str, Any]) -> Any:
    given: dict[str, Any] = {"headers": {}}
    for key, header in (("accept", "Accept"), ("content_type", "Content-Type"), ("profile", "Accept-Profile")):
        if key in fact:
            given["headers"][header] = fact[key]
    if "json" in fact:
        given["content"] = fact["json"]
        given["headers"]["Content-Type"] = "application/json"
    if "content" in fact:
        given["content"] = fact["content"]
    return harbour.ask(fact.get("method", "GET"), fact["path"], prefer=fact.get("prefer"), **given)
