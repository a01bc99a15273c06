"""Statements for functions and procedures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgproof.catalog.statements.aligned import keyword, literal, split

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from pgproof.catalog.statements.aligned import Aligned, Statements

_AGGREGATE, _PROCEDURE, _WINDOW = "a", "p", "w"
# Settings that are lists of names; PostgreSQL keeps them as one text in which names stand in quotes where needed.
_LISTS = (
    "search_path",
    "temp_tablespaces",
    "session_preload_libraries",
    "shared_preload_libraries",
    "local_preload_libraries",
    "unix_socket_directories",
)
_NAME = re.compile(r'"((?:[^"]|"")*)"|([^",\s]+)')
# These four make a function another one; ALTER FUNCTION cannot change them.
_OF_THE_WHOLE = ("arguments", "body", "language", "library", "result", "support", "transforms")
# How a body begins that PostgreSQL has parsed already; one that it keeps as text cannot begin like this.
_PARSED = ("BEGIN ATOMIC", "RETURN ")


def create(function: Aligned, *, replace: bool = False) -> Statements:
    """Return the statements that create a function, with its owner and comment. replace: one that may be there."""
    should = function.should
    if should["kind"] == _AGGREGATE:
        return None
    is_procedure = should["kind"] == _PROCEDURE
    returns = "" if is_procedure else f"\n  RETURNS {should['result']}"
    properties = [
        f"LANGUAGE {should['language']}",
        *_properties(should, is_procedure=is_procedure),
        *(f"SET {setting(each)}" for each in should["settings"] or ()),
    ]
    name = f"{'.'.join(split(function.identity.partition('(')[0]))}({should['arguments']})"
    kind = "PROCEDURE" if is_procedure else "FUNCTION"
    made = (
        f"CREATE {'OR REPLACE ' if replace else ''}{kind} {name}{returns}\n  {' '.join(properties)}\n  {_body(should)}"
    )
    return [made] if replace else [made, *function.owner(), *function.comment_if_any()]


def _properties(should: Mapping[str, Any], *, is_procedure: bool) -> list[str]:
    """Return what is not as it is when nothing is said."""
    definer = ["SECURITY DEFINER"] if should["security definer"] else []
    if is_procedure:
        return definer
    of_types = ", ".join(f"FOR TYPE {each}" for each in should["transforms"] or ())
    return [
        *([f"TRANSFORM {of_types}"] if of_types else []),
        *(["WINDOW"] if should["kind"] == _WINDOW else []),
        *([keyword("volatility", should["volatility"])] if should["volatility"] != "v" else []),
        *(["STRICT"] if should["strict"] else []),
        *definer,
        *(["LEAKPROOF"] if should["leakproof"] else []),
        *([f"PARALLEL {keyword('parallel', should['parallel'])}"] if should["parallel"] != "u" else []),
        f"COST {should['cost']:g}",
        *([f"ROWS {should['rows']:g}"] if should["rows"] else []),
        *([f"SUPPORT {should['support']}"] if should["support"] else []),
    ]


def setting(given: str) -> str:
    """Return a setting as SET takes it, such as "search_path TO 'app', 'public'".

    given: "name=value", as pg_proc and pg_db_role_setting keep it.
    """
    name, _, value = given.partition("=")
    if name not in _LISTS:
        return f"{name} TO {literal(value)}"
    names = [literal(match[1].replace('""', '"') if match[2] is None else match[2]) for match in _NAME.finditer(value)]
    return f"{name} TO {', '.join(names) or literal('')}"


def _body(should: Mapping[str, Any]) -> str:
    body = should["body"] or ""
    if should["library"]:
        return f"AS {literal(should['library'])}, {literal(body)}"
    if should["language"] == "sql" and body.lstrip().startswith(_PARSED):
        return body.strip()
    tags = ("$$", *(f"$body{number or ''}$" for number in range(len(body) + 1)))
    # Also not where the body and its end meet.
    tag = next(each for each in tags if (body + each).index(each) == len(body))
    return f"AS {tag}{body}{tag}"


def change(function: Aligned, attribute: str) -> Statements:
    """Return the statements that give a function one attribute; the whole function where its body or more differs.

    None if it has to be created anew, with all that was granted on it.
    """
    should, found = function.should, function.found
    if attribute in ("owner", "comment"):
        return function.owner() if attribute == "owner" else function.comment()
    if _AGGREGATE in (should["kind"], found["kind"]):
        return None
    if any(should[each] != found[each] for each in _OF_THE_WHOLE):
        return create(function, replace=True)
    alter = f"ALTER {function.reference}"
    if attribute == "settings":
        return _change_settings(alter, should["settings"] or [], found["settings"] or [])
    value = should[attribute]
    how = {
        "volatility": keyword("volatility", should["volatility"]),
        "strict": "STRICT" if value else "CALLED ON NULL INPUT",
        "security definer": f"SECURITY {'DEFINER' if value else 'INVOKER'}",
        "leakproof": "LEAKPROOF" if value else "NOT LEAKPROOF",
        "parallel": f"PARALLEL {keyword('parallel', should['parallel'])}",
        "cost": f"COST {should['cost']:g}",
        "rows": f"ROWS {should['rows']:g}",
    }.get(attribute)
    return None if how is None else [f"{alter} {how}"]


def _change_settings(alter: str, should: list[str], found: list[str]) -> list[str]:
    names = {each.partition("=")[0] for each in should}
    return [
        *(f"{alter} SET {setting(each)}" for each in should if each not in found),
        *(f"{alter} RESET {name}" for each in found if (name := each.partition("=")[0]) not in names),
    ]


def must_be_anew(function: Aligned) -> bool:
    """Return whether CREATE OR REPLACE cannot make a function what it should be: another result or kind, no default."""
    should, found = function.should, function.found
    defaults = should["arguments"].count(" DEFAULT "), found["arguments"].count(" DEFAULT ")
    return (
        should["result"] != found["result"] or should["kind"] != found["kind"] or defaults[0] < defaults[1]
    ) and _AGGREGATE not in (should["kind"], found["kind"])
