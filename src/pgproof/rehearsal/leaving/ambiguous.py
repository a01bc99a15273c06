"""Functions of one name of which a call could mean either, so that it fails: by PostgREST, or by PostgreSQL itself.

PostgREST takes the versions whose parameters are the names of a request's arguments, those with a default left out or
not; of two it answers 300 (PGRST203). PostgreSQL takes the version that needs no default, and of two that do neither
(https://www.postgresql.org/docs/current/typeconv-func.html, and FuncnameGetCandidates).
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from pgproof.rehearsal.leaving.sides import NOBODY_CALLS, Sides, Worse, bare

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.catalog import Catalog

_SETTING = "pgrst.db_schemas="
_OUT = ("o", "t")


class Parameter(NamedTuple):
    """A parameter that a caller gives. type: as it is written."""

    name: str
    type: str
    has_default: bool


def worse(sides: Sides) -> Iterator[Worse]:
    """Yield each pair of functions of which a call can mean either, unless both were there before."""
    exposed = _exposed(sides.after)
    versions: dict[str, list[str]] = {}
    for identity, function in sides.after.of_kind("function").items():
        if function["result"] not in NOBODY_CALLS and function["kind"] in ("f", "p"):
            versions.setdefault(identity.partition("(")[0], []).append(identity)
    for name, group in sorted(versions.items()):
        for one, other in combinations(sorted(group), 2):
            if not (sides.is_new("function", one) or sides.is_new("function", other)) and not _changed(
                sides, one, other
            ):
                continue
            given = [parameters(str(sides.after.get("function", each)["arguments"])) for each in (one, other)]
            names, count = by_name(*given), by_position(*given)
            if names is not None and _schema(name) in exposed:
                how = f"with {', '.join(names)}" if names else "without arguments"
                what = f"a request to {bare(name)} {how} can mean {one} or {other}, and is answered 300 (PGRST203)"
            elif count is not None and any(_calls(sides.after, bare(name))):
                caller = next(_calls(sides.after, bare(name)))
                what = f"a call of {name} with {count} arguments can mean {one} or {other}; {caller} calls it"
            else:
                continue
            newer = next((each for each in (other, one) if sides.is_new("function", each)), other)
            to_do = f"drop the version that is not needed, give {newer} another name, or its new parameter no default"
            yield Worse(newer, what, to_do)


def _changed(sides: Sides, one: str, other: str) -> bool:
    """Return whether a version takes something else than before, such as by a default."""
    return any(
        sides.before.get("function", each).get("arguments") != sides.after.get("function", each).get("arguments")
        for each in (one, other)
    )


def parameters(arguments: str) -> list[Parameter]:
    """Return what a caller gives. arguments: as pg_get_function_arguments writes them."""
    from pglast import ast, parse_sql
    from pglast.parser import ParseError
    from pglast.stream import RawStream

    if not arguments:
        return []
    try:
        (raw,) = parse_sql(f"CREATE FUNCTION f({arguments}) RETURNS void LANGUAGE sql AS ''")
    except ParseError:
        # An aggregate's arguments are written in another way; nobody calls it by the API.
        return []
    assert isinstance(raw.stmt, ast.CreateFunctionStmt)
    return [
        Parameter(each.name or "", str(RawStream()(each.argType)), each.defexpr is not None)
        for each in raw.stmt.parameters or ()
        if each.mode.value not in _OUT
    ]


def by_name(one: Sequence[Parameter], other: Sequence[Parameter]) -> list[str] | None:
    """Return the names of arguments with which a request means both, None if there are no such names."""
    if any(not each.name for each in (*one, *other)):
        return None
    needed = {each.name for each in (*one, *other) if not each.has_default}
    both = {each.name for each in one} & {each.name for each in other}
    return [each.name for each in one if each.name in needed] if needed <= both else None


def by_position(one: Sequence[Parameter], other: Sequence[Parameter]) -> int | None:
    """Return how many arguments of the same types need a default of both, None if there is no such number."""
    least = max(sum(not each.has_default for each in side) for side in (one, other))
    for count in range(least, min(len(one), len(other))):
        if [each.type for each in one[:count]] == [each.type for each in other[:count]]:
            return count
    return None


def _calls(catalog: Catalog, name: str) -> Iterator[str]:
    """Yield the functions whose body calls one of this name: bodies are bound to a version only when they run."""
    call = re.compile(rf"(?<!\w){re.escape(name.strip(chr(34)))}\"?\s*\(", re.IGNORECASE)
    for identity, function in catalog.of_kind("function").items():
        if bare(identity) != name and call.search(str(function["body"])):
            yield identity


def _exposed(catalog: Catalog) -> set[str]:
    """Return the schemas of the API: public, unless the role of PostgREST has a setting of its own.

    None without that role, or anon; if no role was read, there may be one.
    """
    roles = catalog.of_kind("role")
    if roles and not roles.keys() & {"anon", "authenticator"}:
        return set()
    for setting in catalog.get("role", "authenticator").get("settings") or ():
        if setting.startswith(_SETTING):
            return {each.strip(' "') for each in setting.removeprefix(_SETTING).split(",")}
    return {"public"}


def _schema(name: str) -> str:
    return name[: -len(bare(name)) - 1].strip('"')
