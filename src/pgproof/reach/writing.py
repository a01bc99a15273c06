"""Whether rows come into a table by a function where policies let nobody insert them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.reach import bodies, policies
from pgproof.reach.searching import Names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.reach.facts import Facts, Function, Relation, Role

_COMMAND = "INSERT"
_NOT_SQL = ("c", "internal")


def inserts(facts: Facts, path: Sequence[str], role: Role, relation: Relation) -> bool:
    """Return whether a function inserts into a relation for a role, with its owner's rights, or nobody can tell.

    The role may call it, or a trigger of a table that nobody asked about does. path: where names without a schema are
    looked for.
    """
    finder = _Finder(facts, path, relation)
    return any(
        finder.inserts(each, facts.roles[each.owner])
        for each in facts.functions.values()
        if each.definer and each.schema != "pg_catalog" and _is_called(facts, each, role)
    )


def _is_called(facts: Facts, function: Function, role: Role) -> bool:
    if function.is_trigger:
        # One of the relations themselves adds to what somebody could insert, and does not stand for it.
        return not any(each.calls == function.oid and facts.relations[each.relation].is_root for each in facts.triggers)
    return role.name in function.execute and role.name in facts.usage.get(function.schema, ())


class _Finder:
    """Follows functions to what inserts into one relation."""

    def __init__(self, facts: Facts, path: Sequence[str], relation: Relation) -> None:
        self._facts, self._relation = facts, relation
        self._names = Names(facts, path)
        self._seen: set[tuple[int, str]] = set()

    def inserts(self, function: Function, runner: Role) -> bool:
        """Return whether a function inserts with the rights of a role, or may, as not all of it can be read."""
        if (function.oid, runner.name) in self._seen or function.language in _NOT_SQL:
            return False
        self._seen.add((function.oid, runner.name))
        body = bodies.read(function.language, function.body)
        if body.unseen is not None and self._relation.name in (function.source or self._relation.name):
            return True
        for statement in body.statements:
            for access in statement.relations:
                found = self._names.relation(function, access.schema, access.name)
                if access.command == _COMMAND and found is self._relation and self._may_insert(runner):
                    return True
            for call in statement.calls:
                called = self._names.function(function, call, runner)
                if called is not None and called.schema != "pg_catalog":
                    owner = self._facts.roles[called.owner] if called.definer else runner
                    if self.inserts(called, owner):
                        return True
        return False

    def _may_insert(self, runner: Role) -> bool:
        if not policies.decide(runner, self._relation):
            return True
        asked = policies.asked(self._facts, runner, self._relation, policies.LETTERS[_COMMAND])
        return not any(policies.faults(asked, runner, self._relation, _COMMAND))
