"""Walks from a statement or a call to everything that PostgreSQL asks before it runs."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pgproof.reach import bodies, policies
from pgproof.reach.facts import Function, Role, quoted
from pgproof.reach.needs import OWNED, Need, Way
from pgproof.reach.searching import Names

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pgproof.reach.facts import Facts, Relation, Trigger, Use
    from pgproof.reach.statements import Statement

_WRITES = ("INSERT", "UPDATE")
# In C there is no SQL to look for; the server's own functions and those of extensions are.
_NOT_SQL = ("c", "internal")


def usual_owner(facts: Facts) -> str | None:
    """Return who owns most of the relations that are named, None if nobody owns more than half."""
    owners = Counter(each.owner for each in facts.relations.values() if each.is_root)
    owner, count = next(iter(owners.most_common(1)), (None, 0))
    return owner if count * 2 > owners.total() else None


class Walk:
    """Collects in `way` what statements need. path: where names without a schema are looked for.

    A body counts as a whole where it runs with its owner's rights: an owner that lacks what its own function says is
    never meant. With the caller's rights a branch may be meant for another caller, so only what always runs counts.
    """

    def __init__(self, facts: Facts, path: Sequence[str]) -> None:
        self.way = Way()
        self._facts = facts
        self._names = Names(facts, path)
        self._done: set[object] = set()
        # The policies and the bodies that are being walked through; of a body, how many policies were open before it.
        self._open: list[tuple[str, int, str]] = []
        self._bodies: dict[object, int] = {}
        self._owner = usual_owner(facts)

    def statement(
        self,
        role: Role,
        relation: Relation,
        command: str,
        columns: Collection[str] | None = None,
        *,
        via: str = "",
        named: bool = True,
        as_owner: bool = False,
    ) -> None:
        """Walk through a statement of a role. columns: names, None for all; what is no column of it does not count.

        via: on whose behalf, in words. named: whether the role looks names up itself, unlike in a stored expression.
        as_owner: whether that is because a function has its owner's rights.
        """
        if named:
            self._schema(role, relation.schema, via)
        self._privilege(role, relation, command, columns, via)
        if self._is_asked_again(role, relation, policies.LETTERS[command]):
            self._recursion(relation, via)
            return
        key = (role.name, relation.oid, command, None if columns is None else frozenset(columns), self._asking())
        if key in self._done:
            return
        self._done.add(key)
        if relation.kind == "v":
            self._view(role, relation, as_owner=as_owner)
        if policies.decide(role, relation):
            self._policies(role, relation, command, as_owner=as_owner)
        if command in _WRITES:
            self._written(role, relation, command, columns, as_owner=as_owner)
        self._triggers(role, relation, command, as_owner=as_owner)

    def call(
        self, role: Role, function: Function, *, via: str = "", named: bool = True, as_owner: bool = False
    ) -> None:
        """Walk through a call by a role; via, named and as_owner as for a statement."""
        if function.schema != "pg_catalog" and named:
            self._schema(role, function.schema, via)
        need = Need(role.name, "EXECUTE", "function", function.identity)
        self._note(role, need, via, is_held=role.name in function.execute)
        self._body(role, function, as_owner=as_owner)

    def _note(self, role: Role, need: Need, via: str, *, is_held: bool) -> None:
        if not is_held:
            self.way.missing.setdefault(need, via)
        elif not role.superuser:
            self.way.held.setdefault(need, via)

    def _schema(self, role: Role, schema: str, via: str) -> None:
        if schema in self._facts.usage:
            need = Need(role.name, "USAGE", "schema", quoted(schema))
            self._note(role, need, via, is_held=role.name in self._facts.usage[schema])

    def _privilege(
        self, role: Role, relation: Relation, privilege: str, columns: Collection[str] | None, via: str
    ) -> None:
        whole = Need(role.name, privilege, "relation", relation.identity)
        if privilege in relation.privileges.get(role.name, ()):
            self._note(role, whole, via, is_held=True)
            return
        alone = {name for name, by_role in relation.columns.items() if privilege in by_role.get(role.name, ())}
        wanted = [name for name in relation.columns if columns is None or name in columns]
        if not wanted and alone:
            # Any column will do, as for count(*).
            return
        if not alone:
            self._note(role, whole, via, is_held=False)
            return
        for name in wanted:
            self._note(role, whole._replace(column=quoted(name)), via, is_held=name in alone)

    def _policies(self, role: Role, relation: Relation, command: str, *, as_owner: bool) -> None:
        letter = policies.LETTERS[command]
        asked = policies.asked(self._facts, role, relation, letter)
        faults = policies.faults(
            asked, role, relation, command, policies.of_others(self._facts, role, relation, letter)
        )
        strange = self.way.strangers.get(role.name)
        self.way.faults.extend(
            each._replace(to_do=" ".join(strange), usually=OWNED) if strange else each for each in faults
        )
        self.way.policies.update((relation.identity, each.name) for each in asked)
        self._open.append((role.name, relation.oid, letter))
        for each in asked:
            via = f"which policy {quoted(each.name)} of {relation.identity} asks"
            text = " ".join(policies.expressions(each, letter))
            # What a policy uses, the catalog does not tell for each of its expressions.
            there = {oid for oid, _ in each.use.columns if oid in self._facts.relations}
            elsewhere = {oid for oid in there if not policies.reads(text, self._facts.relations[oid])}
            use = each.use._replace(columns=tuple(one for one in each.use.columns if one[0] not in elsewhere))
            self._stored(role, use, text, via, own=relation.oid, as_owner=as_owner)
            if policies.reads(text, relation):
                self.statement(role, relation, "SELECT", (), via=via, named=False, as_owner=as_owner)
        self._open.pop()

    def _asking(self) -> frozenset[int]:
        """Return the tables whose policies are open in this query; a body has queries of its own."""
        return frozenset(oid for _, oid, _ in self._open[max(self._bodies.values(), default=0) :])

    def _is_asked_again(self, role: Role, relation: Relation, letter: str) -> bool:
        """Return whether policies lead back to their table, for the same command or within the same query.

        Within a query PostgreSQL keeps the tables alone, whatever the command, and refuses one whose policies have a
        query in them (fireRIRrules in rewriteHandler.c: activeRIRs).
        """
        if (role.name, relation.oid, letter) in self._open:
            return True
        if relation.oid not in self._asking() or not policies.decide(role, relation):
            return False
        return policies.ask_queries(policies.asked(self._facts, role, relation, letter), letter)

    def _recursion(self, relation: Relation, via: str) -> None:
        self.way.faults.append(policies.recursion(relation, via))

    def _stored(
        self, role: Role, use: Use, text: str, via: str, *, own: int | None = None, as_owner: bool = False
    ) -> None:
        """Walk through an expression of the catalog. own: the table whose rows it is about."""
        for oid in use.functions:
            if oid in self._facts.functions:
                self.call(role, self._facts.functions[oid], via=via, named=False, as_owner=as_owner)
        for function in self._names.closed_to(role):
            if re.search(rf"(?<![\w.]){re.escape(function.name)}\(", text):
                self.call(role, function, via=via, named=False, as_owner=as_owner)
        for oid in dict.fromkeys(oid for oid, _ in use.columns if oid != own):
            relation = self._facts.relations.get(oid)
            if relation is None:
                continue
            if relation.is_sequence:
                need = Need(role.name, "USAGE", "sequence", relation.identity)
                is_held = bool({"USAGE", "UPDATE"} & relation.privileges.get(role.name, frozenset()))
                self._note(role, need, via, is_held=is_held)
            else:
                columns = {column for found, column in use.columns if found == oid and column}
                self.statement(role, relation, "SELECT", columns, via=via, named=False, as_owner=as_owner)

    def _view(self, role: Role, view: Relation, *, as_owner: bool) -> None:
        inner = role if view.as_caller else self._facts.roles[view.owner]
        via = f"which the view {view.identity} needs"
        if not view.as_caller:
            self._owns(view.owner, f"ALTER VIEW {view.identity} OWNER TO")
        self._stored(role, view.use._replace(columns=()), "", via, as_owner=as_owner)
        self._stored(inner, view.use._replace(functions=()), "", via, own=view.oid, as_owner=as_owner)

    def _written(
        self, role: Role, relation: Relation, command: str, columns: Collection[str] | None, *, as_owner: bool
    ) -> None:
        given = relation.columns if columns is None else columns
        defaults = set()
        for each in self._facts.computed:
            if each.relation != relation.oid:
                continue
            if each.column is not None and (command != "INSERT" or each.column in given):
                continue
            defaults.add(each.column)
            via = f"which the {each.what} {each.name} of {relation.identity} needs"
            self._stored(role, each.use, each.text, via, own=relation.oid, as_owner=as_owner)
        for reference in self._facts.references:
            if reference.relation == relation.oid and {*given, *defaults} & set(reference.columns):
                target = self._facts.relations[reference.target]
                owner = self._facts.roles[target.owner]
                via = f"which the foreign key {reference.name} of {relation.identity} needs"
                self._owns(target.owner, f"ALTER TABLE {target.identity} OWNER TO")
                self._schema(owner, target.schema, via)
                for privilege in ("SELECT", "UPDATE"):
                    self._privilege(owner, target, privilege, (), via)

    def _triggers(self, role: Role, relation: Relation, command: str, *, as_owner: bool) -> None:
        for each in self._facts.triggers:
            if each.relation == relation.oid and command in each.events:
                self._trigger(role, relation, each, as_owner=as_owner)

    def _trigger(self, role: Role, relation: Relation, trigger: Trigger, *, as_owner: bool) -> None:
        via = f"which the condition of trigger {trigger.name} of {relation.identity} calls"
        for oid in trigger.functions:
            if oid in self._facts.functions:
                self.call(role, self._facts.functions[oid], via=via, named=False, as_owner=as_owner)
        function = self._facts.functions.get(trigger.calls)
        # What fires a trigger needs no EXECUTE on its function.
        if function is not None and (function.definer or as_owner or not trigger.conditional):
            self._body(role, function, as_owner=as_owner)

    def _owns(self, owner: str, changing: str) -> None:
        """Note who owns something on the way. changing: the statement that gives it away, up to the name."""
        if self._owner is not None and owner != self._owner and not self._facts.roles[owner].superuser:
            self.way.strangers.setdefault(owner, {})[f"{changing} {quoted(self._owner)};"] = None

    def _body(self, role: Role, function: Function, *, as_owner: bool) -> None:
        runner = self._facts.roles[function.owner] if function.definer else role
        counts_whole = as_owner or function.definer
        key = ("body", function.oid, runner.name, counts_whole)
        if function.language in _NOT_SQL or function.schema == "pg_catalog" or key in self._done:
            return
        if function.definer:
            self._owns(function.owner, f"ALTER FUNCTION {function.identity} OWNER TO")
        if key in self._bodies:
            if len(self._open) > self._bodies[key]:
                # A policy within the body asks the same body.
                relation = self._facts.relations[self._open[-1][1]]
                self._recursion(relation, f"which {function.identity} does")
            return
        # What a policy asks may lead back to its table, which shows only while that is open.
        if not self._open:
            self._done.add(key)
        self._bodies[key] = len(self._open)
        body = bodies.read(function.language, function.body)
        if body.unseen is not None:
            self.way.unseen.setdefault(function.identity, body.unseen)
        for statement in body.statements:
            if counts_whole or not statement.conditional:
                self._run(runner, function, statement, as_owner=counts_whole)
        del self._bodies[key]

    def _run(self, runner: Role, function: Function, statement: Statement, *, as_owner: bool) -> None:
        via = f"which {function.identity} needs, as it runs with the rights of {runner.name}"
        looked_up = not function.is_atomic
        for access in statement.relations:
            relation = self._names.relation(function, access.schema, access.name)
            if relation is not None and not relation.is_sequence:
                columns = access.columns
                self.statement(runner, relation, access.command, columns, via=via, named=looked_up, as_owner=as_owner)
        for call in statement.calls:
            called = self._names.function(function, call, runner)
            if called is not None:
                self.call(runner, called, via=via, named=looked_up, as_owner=as_owner)
