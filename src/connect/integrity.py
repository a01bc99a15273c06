"""Facts about the data, which can be read in one round trip; no row is read where a constraint proves the fact.

A live database is read for no longer than its people would notice: what is not decided by then is inconclusive, unless
a foreign key promises it. Without a time limit every row is read, and a promise counts for nothing: a dump is usually
restored with session_replication_role = replica, past every foreign key, which stays and calls itself valid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from connect.passes import SMALL, Pass, Seen, size_within
from connect.rules import Rule, rules
from connect.schema import TABLES
from pgproof.errors import Inconclusive

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import psycopg

    from pgproof.catalog import Catalog

DEEP = "run this again with --deep, which reads every row"
# What a live run reads of the rows, in seconds.
SECONDS = 0.25
# Of it, for each pass; what is there in small numbers takes what it needs.
_SHARES = {"chat_messages": 0.5, "chat_messages, probing": 0.2, "chats, probing": 0.2}
_SHARE = 0.03
MESSAGES = "messages"
# How many messages are counted rather than estimated where time is limited.
_COUNTED = 10_000
# How much of a table can be sorted in a second.
_SORTED = 100 * 1024 * 1024

_VISIBLE = """
SELECT c.relname::text AS name,
  NOT row_security_active(c.oid)
  OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd IN ('r', '*')
      AND pg_get_expr(p.polqual, p.polrelid) = 'true'
      AND EXISTS (SELECT FROM unnest(p.polroles) role WHERE role = 0 OR pg_has_role(role, 'USAGE')))
    AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND NOT p.polpermissive) AS all_rows
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relname IN ({tables})
"""


@dataclass(frozen=True)
class Fact:
    """How many rows break a rule, or exist at all, as far as they were read.

    complete: whether that is all of them. proved: a constraint allows none, whoever writes. promised: a foreign key
    that is valid and enforced forbids them; a restore goes past it. hidden: tables in which this role cannot see every
    row, so the number means nothing. missing: columns without which there is nothing to count. doubt: why what proves
    it cannot be trusted. unsure: why rows that were found may be right. listing: SQL that lists the rows. mending: what
    a person does about them.
    """

    rows: int
    proved: bool
    hidden: tuple[str, ...]
    missing: tuple[str, ...] = ()
    listing: str = ""
    mending: str = ""
    complete: bool = True
    promised: bool = False
    doubt: str = ""
    unsure: str = ""

    @property
    def unread(self) -> bool:
        """Whether the fact rests on a key's promise alone."""
        return self.promised and not self.complete and not self.proved

    @property
    def count(self) -> int:
        """The number of rows that were found.

        Raises Inconclusive if there is no such column, if this role did not see all rows, if those found may be right,
        or if none was found among those that were read in time, and nothing says that there is none among the others.
        """
        if self.missing:
            raise Inconclusive(f"inconclusive: there is no column {', '.join(self.missing)} to look at")
        if self.hidden and not self.proved:
            raise Inconclusive(
                f"inconclusive: row-level security hides rows of {', '.join(self.hidden)} from this role;"
                " run sql/verifier_role.sql and connect as connect_verifier"
            )
        if self.doubt and not self.rows:
            raise Inconclusive(f"inconclusive: {self.doubt}")
        if self.unsure and self.rows:
            raise Inconclusive(f"inconclusive: {self.unsure}; look whether these are meant: {self.listing}")
        if not (self.rows or self.complete or self.proved or self.promised):
            raise Inconclusive(
                f"inconclusive: no constraint proves it, and to read all rows takes longer than a run may; {DEEP}"
            )
        return self.rows


Facts = dict[str, Fact]


class Asked(NamedTuple):
    """The questions about the data, and what answers each of them. missing: the columns that each rule lacks."""

    rules: Mapping[str, Rule]
    missing: Mapping[str, tuple[str, ...]]
    passes: Mapping[str, Pass]
    known: psycopg.Cursor[Any]
    messages: psycopg.Cursor[Any]
    passed: Sequence[psycopg.Cursor[Any]]
    alone: Mapping[str, psycopg.Cursor[Any]]


def read(connection: psycopg.Connection[Any], catalog: Catalog, seconds: float | None = None) -> Facts:
    """Return every fact by name. Raises psycopg.Error if a table is missing or cannot be read.

    catalog: of the same database. seconds: for which rows may be read, None to read all of them, 0 for none.
    """
    return told(ask(connection, catalog, seconds))


def ask(connection: psycopg.Connection[Any], catalog: Catalog, seconds: float | None = None) -> Asked:
    """Ask what read() does, in one round trip within connection.pipeline(); told() returns the facts."""
    known = rules(catalog)
    missing = {
        name: tuple(each for each in rule.columns if not catalog.get("column", f"public.{each}"))
        for name, rule in known.items()
    }
    asked = {name: rule for name, rule in known.items() if not missing[name]}
    passes = planned(asked)

    def execute(query: str) -> psycopg.Cursor[Any]:
        return connection.execute(query.encode())

    return Asked(
        known,
        missing,
        passes,
        execute(_known_by_the_catalog(asked)),
        execute(_how_many(seconds)),
        [execute(each.query(None if seconds is None else seconds * _share(title))) for title, each in passes.items()],
        {name: execute(_alone(rule, seconds)) for name, rule in asked.items() if rule.others},
    )


def told(asked: Asked) -> Facts:
    """Return the facts that were asked for, once the pipeline has ended."""
    sees_all, judged = _row(asked.known)
    messages, all_counted = _row(asked.messages)
    seen: dict[str, Seen] = {}
    for each, answered in zip(asked.passes.values(), asked.passed, strict=True):
        seen |= each.seen(_row(answered))
    for name, answered in asked.alone.items():
        (count,) = _row(answered)
        seen[name] = Seen(count or 0, complete=count is not None)
    return {
        MESSAGES: _messages(messages, sees_all or {}, complete=all_counted),
        **{
            name: _fact(rule, seen.get(name), sees_all or {}, judged.get(name), asked.missing[name])
            for name, rule in asked.rules.items()
        },
    }


def _row(answered: psycopg.Cursor[Any]) -> Sequence[Any]:
    row: Sequence[Any] | None = answered.fetchone()
    assert row is not None, "each question has an answer of one row"
    return row


def planned(asked: Mapping[str, Rule]) -> dict[str, Pass]:
    """Return the passes over the tables that decide these rules, by title: what is cheap is not held up by the rest."""
    found: dict[str, dict[str, Rule]] = {}
    for name, rule in asked.items():
        if rule.condition:
            found.setdefault(rule.table + (", probing" if rule.probing else ""), {})[name] = rule
    return {title: Pass(next(iter(together.values())).table, together) for title, together in found.items()}


def _share(title: str) -> float:
    return _SHARES.get(title, _SHARE)


def _known_by_the_catalog(asked: Mapping[str, Rule]) -> str:
    visible = _VISIBLE.format(tables=", ".join(f"'{table}'" for table in TABLES))
    judged = ", ".join(f"'{name}', jsonb_build_array({rule.proved}, {rule.promised})" for name, rule in asked.items())
    return f"SELECT (SELECT jsonb_object_agg(name, all_rows) FROM ({visible}) v), jsonb_build_object({judged})"


def _how_many(seconds: float | None) -> str:
    if seconds is None:
        return "SELECT count(*), true FROM public.chat_messages"
    some = f"SELECT FROM public.chat_messages LIMIT {_COUNTED + 1}"
    return f"SELECT least(count(*), {_COUNTED}), count(*) <= {_COUNTED} FROM ({some}) AS few"


def _alone(rule: Rule, seconds: float | None) -> str:
    """Return SQL that counts what a table has to be sorted for: NULL if that takes too long."""
    counted = f"(SELECT count(*) FROM ({rule.listing}) AS listed)"
    small = (
        "true" if seconds is None else size_within(round(max(SMALL, seconds * _SORTED)) if seconds else -1, rule.table)
    )
    return f"SELECT CASE WHEN {rule.proved} THEN 0 WHEN {small} THEN {counted} END"


def _messages(count: int, sees_all: Mapping[str, bool], *, complete: bool) -> Fact:
    hidden = () if sees_all.get("chat_messages") else ("chat_messages",)
    listing = "SELECT * FROM public.chat_messages"
    mending = "look whether this is the right database, and whether its rows were restored"
    return Fact(count, proved=False, hidden=hidden, listing=listing, mending=mending, complete=complete)


def _fact(
    rule: Rule, seen: Seen | None, sees_all: Mapping[str, bool], judged: list[bool] | None, missing: tuple[str, ...]
) -> Fact:
    count, complete = seen or Seen(0, complete=False)
    proved, promised = judged or (False, False)
    return Fact(
        count,
        proved,
        # A table that is missing has no column to look at either.
        tuple(table for table in rule.tables if not sees_all.get(table)),
        missing,
        " ".join(rule.listing.split()),
        rule.mending,
        complete,
        promised,
        unsure=rule.unsure,
    )
