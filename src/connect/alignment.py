"""What makes two environments the same: for each difference the script of sql/, or the statement, that aligns it.

A difference is pending if a script of one environment would still bring it about there. Everything else was different
all along, and no script says which environment is right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from connect import parity, state
from connect.guide import indexes
from pgproof import scrub_sql
from pgproof.catalog import differences, renames, statements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from connect.schema import Addition
    from pgproof.catalog import Catalog, Key
    from pgproof.catalog.differences import Difference
    from pgproof.environments import Environment

    Pair = tuple[Environment, Environment]
    Catalogs = tuple[Catalog, Catalog]

# The second environment is the one that changes where a difference does not say which lacks something.
_SECOND = 1
_DEFAULTS = "default privileges"


@dataclass(frozen=True)
class Misalignment:
    """One difference of two environments. text: its line. table: what it belongs to. kind: of parity.KINDS.

    script: the file of sql/ that brings it about, None if none does. where: the environment in which to run the script
    or the statement. statement: without secrets, None if none can be written. only: the environment that has the
    object, None for both.
    """

    text: str
    table: str
    kind: str
    where: str
    script: str | None = None
    statement: str | None = None
    only: str | None = None


def between(pair: Pair, catalogs: Catalogs) -> list[Misalignment]:
    """Return what differs between two environments: what scripts of sql/ align, and then the rest.

    Either is in an order in which the statements can run, and what is equal in that is by table.
    What either environment of the pair expects to be different (environments.toml) is left out.
    """
    names = pair[0].name, pair[1].name
    expected = [re.compile(pattern) for environment in pair for pattern in environment.differences]
    compared = parity.messaging(catalogs[0]), parity.messaging(catalogs[1])
    pending = [(side, each) for side in (0, 1) for each in state.lacking(pair[side], catalogs[side])]
    # With what a new object would be granted without being told.
    whole = _with_defaults(compared[0], catalogs[0]), _with_defaults(compared[1], catalogs[1])

    def unexpected(found: Iterable[Difference]) -> list[Difference]:
        return [each for each in found if not any(pattern.search(each.text(names)) for pattern in expected)]

    found: list[tuple[tuple[bool, int], Misalignment]] = []
    for each in unexpected(renames.merged(unexpected(differences.between(*compared)), compared)):
        table, kind = _table(each, compared), _kind(each)
        only = None if statements.follows_the_owner(each, compared) else each.only
        side = _SECOND if only is None else 1 - only
        plain = Misalignment(each.text(names), table, kind, names[side], only=None if only is None else names[only])
        script = next((one for one in pending if _brings(one[1], one[0], each, catalogs)), None)
        if script is not None:
            one = replace(plain, script=script[1].script, where=names[script[0]])
        else:
            statement = statements.aligning(each, whole, side)
            one = replace(plain, statement=None if statement is None else scrub_sql.replaced(statement))
        found.append((statements.order(each, side), one))
    found.sort(key=lambda pair: (pair[1].script is None, pair[1].script or "", pair[0], pair[1].table))
    return [one for _, one in found]


def _with_defaults(compared: Catalog, catalog: Catalog) -> Catalog:
    defaults = {key: value for key, value in catalog.objects.items() if key[0] == _DEFAULTS}
    return replace(compared, objects={**compared.objects, **defaults})


def _brings(addition: Addition, side: int, difference: Difference, catalogs: Catalogs) -> bool:
    """Return whether a script that is still to be run on one side brings about what makes a difference.

    All of a function counts that the script replaces or adds, its body and grants too: what is left of it after the
    script is judged then.
    """
    kind, identity = difference.catalog_kind, difference.identity
    if addition.kind == "not null":
        is_not_null = (difference.attribute or "").startswith("not null")
        return kind == "column" and identity == f"public.{addition.object}" and is_not_null
    if addition.kind == "index":
        return (
            kind == "index" and difference.only == 1 - side and _serves(catalogs[1 - side], identity, addition.object)
        )
    return identity.removeprefix("function ").startswith(f"{addition.object}(") and kind in ("function", "grant")


def _serves(catalog: Catalog, identity: str, wanted: str) -> bool:
    alone = replace(catalog, objects={("index", identity): catalog.get("index", identity)})
    return indexes.covering(alone, wanted) is not None


def _kind(difference: Difference) -> str:
    """Return the kind of parity.KINDS that a difference is of."""
    return "sequence" if difference.kind == "sequence" else difference.catalog_kind


def _table(difference: Difference, catalogs: Catalogs) -> str:
    """Return the table that an object belongs to or, where it belongs to none, the outermost object."""
    key: Key | None = (difference.catalog_kind, difference.identity)
    found = difference.identity
    while key is not None and key[0] != "schema":
        found = key[1]
        key = next((side.parents[key] for side in catalogs if key in side.parents), None)
    return found
