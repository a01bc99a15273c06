"""What a body names that is certain to be missing: relations, columns, functions and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.machinery import bodies, giving, settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pgproof.machinery.bodies import Body
    from pgproof.machinery.reading import Function, Machinery
    from pgproof.machinery.statements import Name

# What every table has beside its own columns.
SYSTEM_COLUMNS = frozenset(("tableoid", "ctid", "xmin", "xmax", "cmin", "cmax", "*"))
# A body that asks whether something exists does not need it.
_ASKING = frozenset(("to_regclass", "to_regprocedure", "to_regtype"))


def missing(body: Body, machinery: Machinery, search_path: Sequence[str], *, deep: bool = True) -> list[str]:
    """Return what is missing, such as "relation rooms", "column public.rooms.topic" and "function net.post", in words.

    search_path: in which the body looks for names without a schema. Branches, loops and blocks with a handler may name
    what is not there. deep: also what functions name that it calls in any case. Raises pglast's ParseError.
    """
    found = _of_one(body, body, machinery, search_path)
    waiting, seen = [(body, tuple(search_path))] if deep else [], set[str]()
    while waiting and not found:
        current, path = waiting.pop()
        for function in _called(current, machinery, path):
            identity = f"{function.schema}.{function.name}"
            read = None if identity in seen else bodies.read(function.language, function.body)
            seen.add(identity)
            if read is None:
                continue
            pinned = [each.partition("=")[2] for each in function.settings if each.startswith("search_path=")]
            own = tuple(settings.names(pinned[0])) if pinned else path
            found += [f"{each}, which {identity} needs" for each in _of_one(read, body, machinery, own, certain=True)]
            waiting.append((read, own))
    return list(dict.fromkeys(found))


def _called(body: Body, machinery: Machinery, search_path: Sequence[str]) -> Iterator[Function]:
    """Yield the functions of the project that a body is certain to call, where a name means only one."""
    for statement in body.statements(nested=False, certain=True):
        for schema, name in sorted(statement.calls):
            versions = [each for each in machinery.functions if each.name == name and schema in ("", each.schema)]
            if len(versions) == 1 and versions[0].schema in (schema, *search_path):
                yield versions[0]


def _of_one(
    body: Body, around: Body, machinery: Machinery, search_path: Sequence[str], *, certain: bool = False
) -> list[str]:
    """Return what one body needs in vain. around: the body that leads to it. certain: only in what it does always."""
    relations = machinery.relations
    # A function of one row may be written as if it were a column of it.
    computed = {each.name for each in machinery.functions if len(each.parameters) == 1}
    everything = list(body.statements())
    if any(each.makes or _ASKING & {name for _, name in each.calls} for each in everything) or body.dynamic:
        return []
    found: list[str] = []
    for statement in body.statements(nested=False, certain=certain):
        for name in sorted(statement.relations):
            if _resolved(name, relations, search_path) is None:
                found.append(f"relation {'.'.join(each for each in name if each)}")
        for _, name, columns in statement.writes:
            there = _resolved(name, relations, search_path)
            if there is not None:
                lost = [each for each in columns if each not in relations[there]]
                found += [f"column {'.'.join(there)}.{each}" for each in lost]
        for alias, column in sorted(statement.columns):
            names = statement.aliases.get(alias, set())
            if len(names) != 1 or alias in body.variables:
                continue
            there = _resolved(next(iter(names)), relations, search_path)
            if there is not None and column not in relations[there] | SYSTEM_COLUMNS | computed:
                found.append(f"column {'.'.join(there)}.{column}")
        found += [
            f"function {'.'.join(each for each in name if each)}"
            for name in sorted(statement.calls)
            if name[1] in machinery.calls and not _is_there(name[0], machinery.calls[name[1]], search_path)
        ]
        unset = [each for each in sorted(statement.settings) if not settings.is_set(machinery, each)]
        found += [f"setting {each}" for each in unset if not giving.may_set(machinery, around, each)]
    return list(dict.fromkeys(found))


def _is_there(schema: str, schemas: frozenset[str], search_path: Sequence[str]) -> bool:
    return not schemas.isdisjoint((schema,) if schema else ("pg_catalog", *search_path))


def _resolved(name: Name, relations: Mapping[Name, frozenset[str]], search_path: Sequence[str]) -> Name | None:
    schema, relation = name
    if schema:
        return name if name in relations else None
    return next(((each, relation) for each in ("pg_catalog", *search_path) if (each, relation) in relations), None)
