"""Mutants of each function: dropped, another result, a second version, other rights and properties, weaker bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connect.guide.functions import FUNCTIONS
from connect.mutants import declared, lint, mutant, parity, validation
from pgproof.mutation.body import weakened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from connect.mutants import Group, Mutant
    from pgproof.catalog import Catalog

_VOLATILITY = {"v": "VOLATILE", "s": "STABLE", "i": "IMMUTABLE"}
_OTHER_VOLATILITY = {"v": "IMMUTABLE", "s": "VOLATILE"}
_OTHER_PATHS = {"caller": '"$user", public', "without-temp": "pg_catalog", "temp-first": "pg_temp, pg_catalog"}
_ROLES = "tests/security/test_roles.py::"
_PROMISES = "tests/schema/own_baseline/test_functions.py::test_function_promises_only_what_it_keeps[{env}-"
_CRITERION = "tests/schema/test_functions.py::test_function_can_be_called"
_MATRIX = "tests/security/test_function_matrix.py::"
_FUNCTIONS = "tests/functions/test_"
# The tests of each function's behaviour, in the order in which to run them.
_CHAPTERS = {
    "assign_message_seq": (
        "tests/security/test_hijack.py::test_a_reply_stays_in_its_chat[{env}",
        f"{_FUNCTIONS}readers_at_once.py::test_reader_and_replying_sender_do_not_wait",
        f"{_FUNCTIONS}sending.py::test_created_at_ahead_does_not_pin_a_chat",
        f"{_FUNCTIONS}assign_message_seq.py",
        f"{_FUNCTIONS}mark_messages_as_read.py",
        f"{_FUNCTIONS}held_half_way.py",
        f"{_FUNCTIONS}assign_message_seq_concurrently.py",
        f"{_FUNCTIONS}sending.py",
        f"{_FUNCTIONS}visible_before_read.py",
    ),
    "update_chat_last_message_at": (f"{_FUNCTIONS}sending.py",),
    "is_chat_member": ("tests/security/test_row_security.py", "tests/security/test_policies.py"),
    "mark_messages_as_read": (
        f"{_MATRIX}test_caller_gets_what_is_expected[{{env}}-self-public.mark_messages_as_read]",
        f"{_MATRIX}test_caller_gets_what_is_expected[{{env}}-",
        f"{_FUNCTIONS}mark_messages_as_read.py",
        f"{_FUNCTIONS}held_half_way.py",
        f"{_FUNCTIONS}readers_at_once.py",
        f"{_FUNCTIONS}visible_before_read.py",
    ),
    "mark_messages_as_delivered": (
        f"{_MATRIX}test_caller_gets_what_is_expected[{{env}}-self-public.mark_messages_as_delivered]",
        f"{_MATRIX}test_caller_gets_what_is_expected[{{env}}-",
        f"{_FUNCTIONS}mark_messages_as_delivered.py",
        f"{_FUNCTIONS}readers_at_once.py",
    ),
    "get_unread_count": (
        f"{_MATRIX}test_caller_gets_what_is_expected[{{env}}-self-public.get_unread_count]",
        f"{_MATRIX}test_caller_gets_what_is_expected[{{env}}-",
        f"{_FUNCTIONS}get_unread_count.py",
        f"{_FUNCTIONS}mark_messages_as_read.py",
    ),
    "get_latest_seq": (f"{_FUNCTIONS}get_latest_seq.py",),
}
# The five that the guide counts.
_COUNTED = tuple(FUNCTIONS)


def chapters(name: str) -> Group:
    """Return the beginnings of node ids of the tests of a function's behaviour. name: without its schema."""
    return _CHAPTERS[name]


def definition(
    identity: str, function: Mapping[str, Any], *, result: str | None = None, body: str | None = None
) -> str:
    """Return the CREATE OR REPLACE FUNCTION of a function of the catalog, with another result or body if given.

    identity, function: its key and attributes in pgproof's catalog.
    """
    head = identity.split("(", maxsplit=1)[0]
    settings = "".join(f" SET {setting.replace('=', ' = ', 1)}" for setting in function["settings"] or ())
    return (
        f"CREATE OR REPLACE FUNCTION {head}({function['arguments']}) RETURNS {result or function['result']}"
        f" LANGUAGE {function['language']} {_VOLATILITY[function['volatility']]}"
        f"{' SECURITY DEFINER' if function['security definer'] else ''}{settings}"
        f" AS $mutant${body or function['body']}$mutant$"
    )


def mutants(catalog: Catalog, checks: frozenset[str]) -> Iterator[Mutant]:
    """Yield mutants named function-NAME-… and body-NAME-condition-1, -clause-1, -argument-1, -term-1, -statement-1.

    checks: the names of the rows of 004.
    """
    for identity, function in catalog.of_kind("function").items():
        name = identity.split("(")[0].split(".")[1]
        yield from _signature(identity, name, function, checks)
        yield from _promises(identity, name, function)
        yield from _grants(catalog, identity, name)
        for what, body in weakened(function["body"], statements=function["language"] == "plpgsql"):
            change = definition(identity, function, body=body)
            yield mutant(
                f"body-{name}-{what}", change, chapters(name), declared("function_as_declared"), parity("function")
            )


def _signature(identity: str, name: str, function: Mapping[str, Any], checks: frozenset[str]) -> Iterator[Mutant]:
    gone, head = f"DROP FUNCTION {identity} CASCADE", identity.split("(", maxsplit=1)[0]
    unchecked = f"SET check_function_bodies = off; {gone}; "
    test = f"tests/schema/own_baseline/test_functions.py::test_function_has_exactly_one_version[{{env}}-{name}]"
    counted = [test] if name in _COUNTED else []
    criterion = [f"{_CRITERION}[{{env}}-{name}]"] if name in _COUNTED else []
    rows = [validation(each) for each in checks if each.startswith(f"function {name}(")]
    all_there = [validation("functions")] if name in _COUNTED else []
    kinds = [parity("function")]
    missing = [*counted, *criterion, *rows, *all_there, declared("function_as_declared"), *kinds]
    yield mutant(f"function-{name}-dropped", gone, *missing)
    other = unchecked + definition(identity, function, result="text")
    yield mutant(f"function-{name}-result", other, *counted, *criterion, *rows, f"{_PROMISES}{head}]", *kinds)
    second = f"CREATE FUNCTION {head}(text, text, text) RETURNS text LANGUAGE sql AS 'SELECT $1'"
    yield mutant(f"function-{name}-second-version", second, *counted, lint("function_search_path_mutable"), *kinds)
    if "uuid" in function["arguments"]:
        looser = function["arguments"].replace("uuid", "text")
        same = f"CREATE FUNCTION {head}({looser}) RETURNS text LANGUAGE sql AS 'SELECT $1'"
        yield mutant(f"function-{name}-same-call", same, *counted, *criterion, *all_there, *kinds)


def _promises(identity: str, name: str, function: Mapping[str, Any]) -> Iterator[Mutant]:
    alter = f"ALTER FUNCTION {identity}"
    definer = function["security definer"]
    rights = (
        f"{_ROLES}test_definer_function_pins_its_search_path[{{env}}-"
        if definer
        else f"{_ROLES}test_invoker_function_runs_with_its_callers_rights[{{env}}-"
    )
    pinned = [rights] if definer else []
    promised, kinds = f"{_PROMISES}{identity.split('(', maxsplit=1)[0]}]", parity("function")
    other = "INVOKER" if definer else "DEFINER"
    yield mutant(f"function-{name}-{other.lower()}", f"{alter} SECURITY {other}", rights, kinds)
    for what, path in _OTHER_PATHS.items():
        tested = pinned or ([lint("function_search_path_mutable")] if what == "caller" else [promised])
        if definer:
            asked = "function_search_path_mutable" if what == "caller" else "definer_search_path"
            tested = [*pinned, lint(asked)]
        yield mutant(f"function-{name}-search-path-{what}", f"{alter} SET search_path = {path}", *tested, kinds)
    unset = f"{alter} RESET search_path"
    yield mutant(f"function-{name}-search-path-unset", unset, *pinned, lint("function_search_path_mutable"), kinds)
    volatility = _OTHER_VOLATILITY[function["volatility"]]
    for what, how in (
        ("volatility", volatility),
        ("parallel", "PARALLEL SAFE"),
        ("strict", "STRICT"),
        ("leakproof", "LEAKPROOF"),
    ):
        writes = what == "volatility" and function["volatility"] == "v" and name in _COUNTED
        criterion = (
            [f"{_CRITERION}[{{env}}-{name}]", validation(f"function {FUNCTIONS[name].signature}")] if writes else []
        )
        yield mutant(f"function-{name}-{what}", f"{alter} {how}", promised, *criterion, kinds)
    for owner in ("authenticated", "service_role"):
        owned = f"{_ROLES}test_owner_is_an_administrator[{{env}}-function {identity}]"
        yield mutant(f"function-{name}-owner-{owner}", f"{alter} OWNER TO {owner}", owned, kinds)


def _grants(catalog: Catalog, identity: str, name: str) -> Iterator[Mutant]:
    schema = identity.split(".", maxsplit=1)[0]
    has = {who for who in ("authenticated", "service_role") if catalog.get("grant", f"function {identity} to {who}")}
    for who in ("PUBLIC", "anon"):
        closed = f"{_ROLES}test_function_is_not_for_public_nor_anon[{{env}}-{schema}.{name}]"
        change = f"GRANT EXECUTE ON FUNCTION {identity} TO {who}"
        yield mutant(f"function-{name}-granted-{who.lower()}", change, closed, parity("grant"))
    for who, caller in (("authenticated", "self"), ("service_role", "service_role")):
        verb, word = ("REVOKE", "FROM") if who in has else ("GRANT", "TO")
        called = f"{_MATRIX}test_caller_gets_what_is_expected[{{env}}-{caller}-{schema}.{name}]"
        change = f"{verb} EXECUTE ON FUNCTION {identity} {word} {who}"
        yield mutant(f"function-{name}-{verb.lower()}-{who}", change, called, parity("grant"))
