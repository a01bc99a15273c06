"""Builds an alignment on scratch copies: finds the steps, groups them, walks up and down, and writes every script."""

from __future__ import annotations

import secrets
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pgproof.adoption import beside
from pgproof.adoption.unknown import NOTHING, Unknown
from pgproof.alignment import copies, grouping, guards, halves, locking, online, planning, scripting
from pgproof.alignment.grouping import Group
from pgproof.alignment.planner import PlannerError
from pgproof.alignment.scripting import Scene
from pgproof.alignment.steps import NAMES, Alignment, Side, Step
from pgproof.catalog import differences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.alignment.copies import Copy
    from pgproof.alignment.planner import Action, Planner
    from pgproof.alignment.selecting import Selection
    from pgproof.alignment.sizes import Sizes
    from pgproof.alignment.steps import File
    from pgproof.catalog import Catalog
    from pgproof.rehearsal.database import Database
    from pgproof.rehearsal.scratch_server import ScratchServer

_A, _B = "a", "b"
# Kinds that the planner leaves alone where it finds no order for everything.
_TROUBLES = (
    ("fdw", "server", "userMapping", "foreignTable"),
    ("fdw", "server", "userMapping", "foreignTable", "type", "typeAttribute", "domain"),
)


@dataclass(frozen=True)
class Built:
    """An alignment and what proves it. aligned: the catalog of B after the ups. staying: differences that stay."""

    alignment: Alignment
    aligned: Catalog
    staying: frozenset[str]


@dataclass
class _Walk:
    """One way through the groups: what the database was like before each, and after the last.

    starred: what has stars for a secret before the first, which the way back must not write.
    """

    catalogs: list[Catalog]
    failed: str | None = None
    starred: Unknown = NOTHING


@dataclass(frozen=True)
class _Large:
    """Gives the parts of an online form files of their own, where a table is large, and notes it.

    start: the catalog of B before the scripts.
    """

    start: Catalog
    sizes: Sizes
    notes: list[str]

    def apart(self, groups: Sequence[Group]) -> list[Group]:
        """Return the groups with the online forms in groups of their own."""
        made: list[Group] = []
        for group in groups:
            current = Group(group.concern, group.transactional)
            for step, action in zip(group.steps, group.actions, strict=True):
                parts = self._parts(step, group.concern)
                if not parts:
                    current.steps.append(step)
                    current.actions.append(action)
                    continue
                made += [current, *parts] if current.steps else parts
                current = Group(group.concern, group.transactional)
            made += [current] if current.steps else []
        return made

    def _parts(self, step: Step, concern: str) -> list[Group]:
        relation = step.relation
        # A table that the scripts make is empty.
        if relation is None or ("relation", relation) not in self.start.objects:
            return []
        forms = online.forms(step, large=self.sizes.is_large(relation), catalog=self.start)
        self.notes.extend([forms.note] if forms.note else [])
        if forms.parts:
            self.notes.append(f"{self.sizes.said(relation)}, so it is changed while people work")
        return [
            Group(concern, part.transactional, own, [None] * len(own))
            for part in forms.parts
            for own in [[_part_of(step, sql, transactional=part.transactional) for sql in part.statements]]
        ]


def build(
    on: ScratchServer,
    sides: tuple[Copy, Copy],
    planner: Planner,
    selection: Selection,
    *,
    allow_loss: bool,
    first: str | None,
    sizes: Sizes,
) -> Built:
    """Return the alignment of the second copy with the first one.

    selection: what of the differences is to go. first: the table that a send writes first, None if that is unknown.
    sizes: of B's tables.
    """
    a, b = sides
    notes: list[str] = []
    with on.clone(a.base) as there:
        planner.read(_A, there.conninfo)
        wanted = copies.look(there)
    with on.clone(b.base) as here:
        planner.read(_B, here.conninfo)
        start = copies.look(here)
    selection.check(wanted, start)
    unknown = a.unknown | b.unknown
    actions = selection.of(_planned(planner, _B, _A, notes), notes)
    with halves.found(
        on, b.base, actions, (wanted, start), chosen=selection.chosen, allow_loss=allow_loss, unknown=unknown
    ) as (found, _):
        pass
    if allow_loss:
        found.steps = [guards.allowed(each, start) for each in found.steps]
    groups, walk, downs = _walked(on, (b, start), planner, found, _Large(start, sizes, notes))
    place = f"makes B ({b.place}) like A ({a.place})"
    names = tuple(scripting.name(number, group) for number, group in enumerate(groups, 1))
    scene = Scene(_own_name(), place, names, first)
    ups = [scripting.up(scene, each, group, walk.catalogs[each]) for each, group in enumerate(groups)]
    backs: list[File] = []
    for each in reversed(range(len(groups))):
        backs.append(scripting.down(scene, each, downs[each].steps, walk.catalogs[each + 1], of=groups[each]))
    not_written = [*found.not_written, *(f"on the way back, {line}" for back in downs for line in back.not_written)]
    staying = list(differences.between(wanted, walk.catalogs[-1]))
    not_written += [f"could not be copied: {line}" for copy in sides for line in copy.missing]
    not_written += _beside(a, b, (wanted, start), selection, notes)
    unchosen = sum(not selection.chosen(each) for each in staying)
    if unchosen:
        notes.append(f"{unchosen} of the differences that stay were not chosen by --only")
    notes += [f"{copy.place}: left out of the copy: {line}" for copy in sides for line in copy.notes]
    alignment = Alignment(
        Side(a.place, wanted, a.rows),
        Side(b.place, start, b.rows),
        tuple(ups),
        tuple(backs),
        tuple(dict.fromkeys(not_written)),
        tuple(dict.fromkeys(found.left_out)),
        tuple(dict.fromkeys(notes)),
    )
    return Built(alignment, walk.catalogs[-1], frozenset(each.text(NAMES) for each in staying))


def _beside(a: Copy, b: Copy, catalogs: tuple[Catalog, Catalog], selection: Selection, notes: list[str]) -> list[str]:
    """Return a line on each difference of what no copy has, and note what was not compared."""
    seen = {((each.catalog_kind, each.identity), each.attribute) for each in differences.between(*catalogs)}
    if sentence := beside.not_compared(a.beside, b.beside):
        notes.append(sentence)
    return [
        f"{text}; no copy has that, so no script is written for it"
        for each, text in beside.differing(a.beside, b.beside, seen)
        if selection.chosen(each)
    ]


def _own_name() -> str:
    """Return the name of an alignment in the marks, which no other one has.

    What was applied may be gone again when the same statements are written anew: by those, its mark would still count.
    """
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%SZ} {secrets.token_hex(4)}"


def _planned(planner: Planner, source: str, desired: str, notes: list[str]) -> list[Action]:
    for without in ((), *_TROUBLES):
        try:
            found = planner.plan(source, desired, without)
        except PlannerError as error:
            said = str(error)
            continue
        if without:
            notes.append(f"the planner could not plan all at once, and left alone: {', '.join(without)} ({said})")
        return found
    notes.append(f"the planner could not plan, so only statements of our own were tried: {said}")
    return []


def _walked(
    on: ScratchServer,
    begin: tuple[Copy, Catalog],
    planner: Planner,
    found: planning.Found,
    large: _Large,
) -> tuple[list[Group], _Walk, list[planning.Found]]:
    """Walk through the groups and back.

    The order in which the steps were found is tried where a better one fails, and then the steps themselves instead of
    their online forms, which may fail where they did not: a name that only they need can be taken.
    """
    b, start = begin
    failed = ""
    for arranged, online_too in ((grouping.grouped, True), (grouping.in_order, True), (grouping.in_order, False)):
        groups, known = arranged(found.steps, found.actions), len(large.notes)
        if online_too:
            groups = large.apart(groups)
        elif failed:
            large.notes.append(f"the online forms fail here, so people wait for the scripts: {failed}")
        with on.clone(b.base) as here:
            walk = _up(here, start, groups, planner)
            if walk.failed is None:
                # What else was not known is not touched, and so not brought back.
                walk.starred = Unknown(starred=b.unknown.starred)
                return groups, walk, _down(on, here, groups, walk, planner, notes=large.notes)
        failed = walk.failed
        # They are about scripts that are not written.
        del large.notes[known:]
    raise AssertionError(f"steps that ran once fail in the same order: {failed}")


def _up(here: Database, start: Catalog, groups: Sequence[Group], planner: Planner) -> _Walk:
    walk = _Walk([start])
    for place, group in enumerate(groups, 1):
        with here.connect() as session:
            session.execute(planning.SESSION)
            for step in group.steps:
                message = planning.run(session, step.sql)
                if message is not None:
                    walk.failed = f"{step.sql}: {message}"
                    return walk
        walk.catalogs.append(copies.look(here))
        if place < len(groups):
            planner.read(f"s{place}", here.conninfo)
    return walk


def _down(
    on: ScratchServer, here: Database, groups: Sequence[Group], walk: _Walk, planner: Planner, *, notes: list[str]
) -> list[planning.Found]:
    """Return how each group is taken back, in the order of the groups."""
    found: list[planning.Found] = []
    now = walk.catalogs[-1]
    with ExitStack() as stack:
        for place in reversed(range(len(groups))):
            planner.read("now", here.conninfo)
            actions = _planned(planner, "now", f"s{place}" if place else _B, notes)
            on.keep(here)
            back, here = stack.enter_context(
                halves.found(on, here.name, actions, (walk.catalogs[place], now), unknown=walk.starred)
            )
            found.append(back)
            now = back.after
    return found[::-1]


def _part_of(step: Step, sql: str, *, transactional: bool) -> Step:
    # What takes long, in a part of its own, lets people read and write meanwhile.
    lock = step.lock if transactional and not scripting.validates(sql) else locking.STRENGTH[0]
    return replace(step, sql=sql.strip().rstrip(";"), transactional=transactional, lock=lock)
