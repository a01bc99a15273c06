"""What defaults, checks and policies ask of each row: whether it can be answered, or names what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connect.guide.callers import AUTHENTICATED
from connect.guide.sending import CHECK, GIVEN, TABLES
from connect.guide.settings import CALLERS, search_path
from pgproof.machinery import names
from pgproof.machinery.bodies import Body, Step
from pgproof.machinery.giving import PRE_REQUEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.catalog import Catalog
    from pgproof.machinery.reading import Machinery


# By which people read and write the rows: the letters of pg_policy.polcmd, and for whom.
_COMMANDS = frozenset("ra*")
_PEOPLE = frozenset(("public", AUTHENTICATED))


def expressions(catalog: Catalog, table: str) -> Iterator[tuple[str, str]]:
    """Yield what is asked of the rows of a table, in words, and its text."""
    on = f"public.{table}"
    for identity, column in sorted(catalog.of_kind("column").items()):
        _, _, name = identity.rpartition(".")
        if identity == f"{on}.{name}" and column["default"] is not None and name not in GIVEN[table]:
            yield f"the default of {name}", column["default"]
    for identity, constraint in sorted(catalog.of_kind("constraint").items()):
        check = CHECK.fullmatch(constraint["definition"])
        if identity.partition(" ")[0] == on and check is not None:
            yield f"the check {identity.partition(' ')[2]}", check[1]
    for identity, policy in sorted(catalog.of_kind("policy").items()):
        is_asked = policy["command"] in _COMMANDS and _PEOPLE & {role.lower() for role in policy["roles"]}
        if identity.partition(" ")[0] == on and is_asked:
            for text in dict.fromkeys(policy[part] for part in ("using", "with check") if policy[part] is not None):
                yield f"the policy {identity.partition(' ')[2]}", text


def texts(catalog: Catalog) -> list[str]:
    """Return all that is asked of the rows of a chat."""
    return [text for table in TABLES for _, text in expressions(catalog, table)]


def broken(catalog: Catalog, machinery: Machinery, table: str) -> tuple[str, str] | None:
    """Return what asks for something that is not there at each row of a table, and what mends it; None if nothing."""
    found: dict[tuple[str, ...], list[str]] = {}
    for what, text in expressions(catalog, table):
        lost = _lost(machinery, text)
        if lost:
            found.setdefault(tuple(lost), []).append(what)
    wrong = [f"{', '.join(asking)} asks for what is not there: {', '.join(lost)}" for lost, asking in found.items()]
    to_do: list[str] = []
    for each in dict.fromkeys(each for lost in found for each in lost):
        kind, _, name = each.partition(",")[0].partition(" ")
        to_do.append(
            f"set what differs by request by set_config('{name}', …, true) in the function of {PRE_REQUEST},"
            f" or what is the same for all by ALTER DATABASE {machinery.database} SET {name} = …,"
            f" or ask current_setting('{name}', true)"
            if kind == "setting"
            else f"create {kind} {name}, or mend what asks for it"
        )
    return ("; ".join(wrong), "; ".join(to_do)) if wrong else None


def _lost(machinery: Machinery, text: str) -> list[str]:
    from pglast.parser import ParseError

    for caller in CALLERS:
        try:
            lost = names.missing(Body([Step("assign", text)]), machinery, search_path(machinery, caller))
        except ParseError:
            return []
        if lost:
            return lost
    return []
