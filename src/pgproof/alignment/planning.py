"""Finds the steps from one database to another, by trying them: the planner's, and our own for what it lacks.

A step that fails is tried again after those that succeed; what never succeeds is named with the server's words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from pgproof import scrub, scrub_sql
from pgproof.adoption.unknown import NOTHING, Unknown, concerns
from pgproof.alignment import copies, effects, gaps, objects
from pgproof.alignment.steps import NAMES, Step
from pgproof.catalog import differences, statements
from pgproof.catalog.statements.aligned import bare
from pgproof.scripts import running, script

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pgproof.alignment.planner import Action
    from pgproof.catalog import Catalog
    from pgproof.catalog.differences import Difference
    from pgproof.rehearsal.database import Database
    from pgproof.scripts.running import Failure
    from pgproof.scripts.script import Statement

# How scripts run, and steps are tried: every name has its schema, and bodies may name what comes later.
SESSION = "SET search_path = pg_catalog, pg_temp; SET check_function_bodies = off; SET client_min_messages = warning"
# What dropping loses; sequences lose their position, types and schemas nothing of their own.
_LOSING = ("table", "partitioned table", "foreign table", "materialized view", "column")
_GRANTS = ("grant", "changed grant", "default privileges")
_NO_GRANTS = "one of the dumps says nothing of grants, so these were not compared; dump it with its privileges"
# Why there is no statement.
_FOR_A_PERSON = "its statement may hold a secret, which no script does; a person has to write it"
_PLACEHOLDERS = ("__OPTION_", "__CONN_")
_OPTIONS = re.compile(r"\bOPTIONS\s*\(", re.IGNORECASE)
_OPTION = re.compile(r"""[(,]\s*(?:(?:SET|ADD)\s+)?("(?:[^"]|"")+"|[\w.]+)\s+'((?:[^']|'')*)'""", re.IGNORECASE)
# One round makes what the next one's statements need.
_ROUNDS = 4


@dataclass
class Found:
    """The steps that lead from B to A, in an order in which they run.

    after: the catalog after them. actions: the planner's action of each step, None for our own. not_written, left_out:
    a line on each difference that stays. failed: the server's words on each statement that never succeeded.
    worse: the differences that were not there before. undone: the actions that did not run. reasons: the server's words
    by the identities that a failing action is about, also from earlier tries.
    """

    after: Catalog
    steps: list[Step] = field(default_factory=list)
    actions: list[Action | None] = field(default_factory=list)
    not_written: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    worse: list[Difference] = field(default_factory=list)
    undone: tuple[Action, ...] = ()
    reasons: dict[str, str] = field(default_factory=dict)

    def add(self, step: Step, action: Action | None) -> None:
        """Add a step that succeeded."""
        self.steps.append(step)
        self.actions.append(action)


def as_step(action: Action) -> Step:
    """Return the planner's action as a step."""
    about = objects.subject(action)
    sql = action.sql
    if action.verb == "create" and action.produces and not action.destroys:
        # What is there already is somebody else's: a plain CREATE fails, and changes nothing.
        sql = sql.replace("CREATE OR REPLACE ", "CREATE ", 1) if sql.startswith("CREATE OR REPLACE ") else sql
    names = tuple(dict.fromkeys(objects.of(each).identity for each in (*action.produces, *action.destroys)))
    return Step(
        sql,
        about.kind,
        about.relation or next((each.relation for each in objects.related(action) if each.relation), None),
        names or (about.identity,),
        action.transactionality != "nonTransactional",
        action.destructive,
        objects.lock(action),
    )


def find(
    database: Database,
    actions: Sequence[Action],
    catalogs: tuple[Catalog, Catalog],
    *,
    chosen: Callable[[Difference], bool] = lambda _: True,
    allow_loss: bool = True,
    unknown: Unknown = NOTHING,
    reasons: dict[str, str] | None = None,
) -> Found:
    """Run the actions, and statements of our own, on a database until it is as wanted; return those that did it.

    catalogs: the wanted one, and the database's own. chosen: which differences are to go. allow_loss: whether rows,
    columns and labels may be lost. unknown: what either copy does not show as it is there, which stays
    as it is. reasons: of an earlier try.
    """
    wanted, before = catalogs
    found = Found(before, reasons={**(reasons or {})})
    hidden = _Hidden(unknown, unknown.secret(wanted, before))
    with database.connect() as session:
        session.execute(SESSION)
        unsure = [each for each in actions if hidden.has(each)]
        withheld = [each for each in actions if each not in unsure and each.destructive and not allow_loss]
        kept = [each for each in actions if each not in unsure and each not in withheld]
        for action in actions:
            if holds_a_secret(action.sql):
                found.reasons.setdefault(objects.subject(action).identity, _FOR_A_PERSON)
        waiting = _planned(session, [each for each in kept if not holds_a_secret(each.sql)], found)
        own = _Own(session, database, wanted, lambda each: chosen(each) and not hidden.why(each), hidden)
        own.run(found, allow_loss=allow_loss)
        left = list(differences.between(wanted, found.after))
        if allow_loss or not left:
            lasting = left
        else:
            # What would stay although it were allowed is not left out, but cannot be written.
            probe = Found(found.after, failed=found.failed, reasons=found.reasons)
            waiting = _planned(session, [*withheld, *waiting], probe)
            own.run(probe, allow_loss=True)
            lasting = list(differences.between(wanted, probe.after))
    found.undone = (*waiting, *withheld, *unsure)
    initial = {each.text(NAMES) for each in differences.between(wanted, before)}
    stays = {(each.catalog_kind, each.identity) for each in lasting}
    uncompared = 0
    for each in left:
        text = each.text(NAMES)
        why = hidden.why(each)
        if text not in initial and not why:
            found.worse.append(each)
        if text in initial and not chosen(each):
            continue
        if why == _NO_GRANTS:
            uncompared += 1
        elif why:
            found.not_written.append(f"{each.kind} {each.identity}: {why}")
        elif (each.catalog_kind, each.identity) not in stays:
            found.left_out.append(f"{text}: only with --allow-loss")
        else:
            found.not_written.append(text + _why(each, found))
    if uncompared:
        found.not_written.append(f"{uncompared} grants and default privileges: {_NO_GRANTS}")
    return found


@dataclass(frozen=True)
class _Hidden:
    """What must not be touched, since a copy does not show it as it is. secret: identities of what has stars in it."""

    unknown: Unknown
    secret: frozenset[str]

    def has(self, action: Action) -> bool:
        """Return whether an action would change or drop such an object, or what depends on it, or write stars."""
        # What is only altered is among what the action needs, as its subject.
        changed = {objects.subject(action), *(objects.of(each) for each in (*action.produces, *action.destroys))}
        related = {each.identity for each in (*changed, *objects.related(action))}
        return (
            any(self.holds_a_secret(each.identity) for each in changed)
            or any(concerns(each, self.unknown.lacking) for each in related)
            or any(self.writes_stars(action.sql, each) for each in related)
            or (self.unknown.nameless and bool(action.destroys))
            or (self.unknown.grantless and any(each.kind in _GRANTS for each in changed))
        )

    def holds_a_secret(self, identity: str) -> bool:
        """Return whether stars stand for a secret in this object."""
        return identity in self.secret or identity.partition("(")[0] in self.secret

    def writes_stars(self, sql: str, identity: str) -> bool:
        """Return whether a statement on an object would write stars instead of a secret."""
        return scrub.STARS in sql and concerns(identity, self.unknown.starred)

    def why(self, difference: Difference) -> str:
        """Return why nothing is written on a difference, "" if nothing is in the way."""
        unknown = self.unknown
        if self.holds_a_secret(difference.identity):
            return "it holds a secret, which no copy has and no script may replace; change it by hand"
        if concerns(difference.identity, unknown.lacking):
            return "a copy lacks it or has it otherwise, so it was not compared; see what could not be copied"
        if unknown.nameless and difference.only == 1:
            return "it is not in the copy of A, which lacks more than is known by name; see what could not be copied"
        if unknown.grantless and difference.kind in _GRANTS:
            return _NO_GRANTS
        return ""


def _planned(session: psycopg.Connection[object], actions: Sequence[Action], found: Found) -> list[Action]:
    """Run actions for as long as some succeed; return those that never do."""
    waiting = list(actions)
    while waiting:
        failed = []
        for action in waiting:
            step = as_step(action)
            message = run(session, step.sql)
            if message is None:
                found.failed.pop(step.sql, None)
                found.add(step, action)
            else:
                found.failed[step.sql] = message
                failed.append(action)
        if len(failed) == len(waiting):
            break
        waiting = failed
    # What an action is about before what it only needs.
    for abouts in ([[objects.subject(each)] for each in waiting], [objects.related(each) for each in waiting]):
        for action, about in zip(waiting, abouts, strict=True):
            for each in about:
                found.reasons.setdefault(each.identity, found.failed[as_step(action).sql])
    return waiting


@dataclass(frozen=True)
class _Own:
    """Runs what our own comparison offers. chosen: for which differences. hidden: what no statement may replace."""

    session: psycopg.Connection[object]
    database: Database
    wanted: Catalog
    chosen: Callable[[Difference], bool]
    hidden: _Hidden

    def run(self, found: Found, *, allow_loss: bool) -> None:
        """Run it for the differences that the planner's actions leave, in rounds, and look at what there is then."""
        tried: set[str] = set()
        for _ in range(_ROUNDS):
            now = found.after = copies.look(self.database)
            left = [
                each
                for each in differences.between(self.wanted, now)
                if self.chosen(each) and (allow_loss or not _loses(each))
            ]
            # A list, since each of them has to run.
            progress = [self._one(each, now, tried, found) for each in sorted(left, key=_order)]
            if not any(progress):
                return
        found.after = copies.look(self.database)

    def _one(self, difference: Difference, now: Catalog, tried: set[str], found: Found) -> bool:
        """Run what is offered for one difference; return whether any of it succeeded."""
        wanted = self.wanted
        offered = statements.aligning(difference, (wanted, now), 1)
        offered = offered or ";\n".join(gaps.aligning(difference, wanted, now))
        if not offered or offered in tried or holds_a_secret(offered):
            return False
        if self.hidden.writes_stars(offered, difference.identity):
            return False
        tried.add(offered)
        parsed = script.parse(Path("own.sql"), offered).statements
        failure = _together(self.session, parsed)
        if failure is not None:
            found.failed[failure.statement.text] = failure.message
            return False
        relation = _relation(difference, wanted, now)
        for statement in parsed:
            step = Step(
                statement.text.strip(),
                difference.kind,
                relation,
                (difference.identity,),
                transactional=statement.outside is None,
                destructive=effects.loses(statement.node),
                lock=effects.lock(statement.node) if relation else "",
            )
            found.add(step, None)
        return True


def _order(difference: Difference) -> tuple[int, ...]:
    return statements.order(difference, 1)


def run(session: psycopg.Connection[object], sql: str) -> str | None:
    """Run one step as the scripts' role; return the server's words if it fails."""
    failure = _together(session, script.parse(Path("step.sql"), sql).statements)
    return None if failure is None else failure.message


def _together(session: psycopg.Connection[object], statements: Sequence[Statement]) -> Failure | None:
    """Run statements on an autocommit connection, all or none; return the first failure."""
    if len(statements) < 2 or any(each.outside for each in statements):
        return next(filter(None, (running.execute(session, each) for each in statements)), None)
    with session.transaction() as transaction:
        for each in statements:
            failure = running.execute(session, each)
            if failure is not None:
                raise psycopg.Rollback(transaction)
    return failure


def holds_a_secret(sql: str) -> bool:
    """Return whether a statement may hold a secret, which no script does: it is for a person to write."""
    options = _OPTION.findall(sql) if _OPTIONS.search(sql) else []
    given = [f"{bare(name)}={value}" for name, value in options]
    return (
        any(each in sql for each in _PLACEHOLDERS)
        or scrub_sql.replaced(sql) != sql
        or any(scrub_sql.option(each) != each for each in given)
    )


def _loses(difference: Difference) -> bool:
    return difference.only == 1 and difference.kind in _LOSING


def _relation(difference: Difference, *catalogs: Catalog) -> str | None:
    """Return the relation that a difference's object is or belongs to."""
    key: tuple[str, str] | None = (difference.catalog_kind, difference.identity)
    while key is not None and key[0] != "relation":
        key = next((each.parents[key] for each in catalogs if key in each.parents), None)
    return None if key is None else key[1]


def _why(difference: Difference, found: Found) -> str:
    """Return why a difference stays, as far as it is known: the server's words on a statement about the same object."""
    said = found.reasons.get(difference.identity)
    said = said or next((message for sql, message in found.failed.items() if difference.identity in sql), None)
    return "" if said is None else f": {said}"
