"""Delivers a batch of changes to the subscribers that asked for them and may see them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import psycopg

from stack.realtime import events
from stack.realtime.comparisons import compare
from stack.realtime.tables import Table, describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from stack.realtime.comparisons import Comparison
    from stack.realtime.pgoutput import Change
    from stack.realtime.subscriber import Subscriber
    from stack.realtime.subscriptions import Subscription
    from stack.realtime.visibility import Judge, Judgement


@dataclass(frozen=True)
class _Match:
    """A change and a subscription that asks for it. place: of the change in the batch."""

    place: int
    change: Change
    subscriber: Subscriber
    subscription: Subscription

    @property
    def row(self) -> Mapping[str, str | None]:
        """What the filter applies to: the new row, or for a deletion what is known of the old one."""
        return (self.change.old if self.change.new is None else self.change.new) or {}


class Delivery:
    """Delivers changes for as long as one stream lasts. subscribers: those that there are at any time."""

    def __init__(self, judge: Judge, subscribers: Mapping[Subscriber, Sequence[Subscription]]) -> None:
        self._judge = judge
        self._subscribers = subscribers
        self._tables: dict[int, Table] = {}

    async def deliver(self, batch: Sequence[Change]) -> None:
        """Deliver a batch to each subscriber, in order. Raises psycopg.Error if the database does not answer."""
        # A table may have changed its columns in the middle of a batch.
        by_table: dict[int, list[_Match]] = defaultdict(list)
        for match in await self._filtered(list(self._asked_for(batch))):
            by_table[id(match.change.relation)].append(match)
        due: list[tuple[_Match, str]] = []
        for matches in by_table.values():
            due += await self._rendered(matches)
        due.sort(key=lambda each: each[0].place)
        for (_, subscriber, data), same in groupby(due, key=lambda each: (each[0].place, each[0].subscriber, each[1])):
            # It may have left since.
            if subscriber in self._subscribers:
                subscriber.changed(sorted({match.subscription.entry.id for match, _ in same}), data)

    def _asked_for(self, batch: Sequence[Change]) -> Iterable[_Match]:
        for place, change in enumerate(batch):
            for subscriber, subscriptions in self._subscribers.items():
                for subscription in subscriptions:
                    if subscription.entry.concerns(change.kind, change.relation.schema, change.relation.table):
                        yield _Match(place, change, subscriber, subscription)

    async def _filtered(self, matches: Sequence[_Match]) -> list[_Match]:
        kept: list[_Match] = []
        open_questions: dict[int, list[tuple[Comparison, str | None]]] = {}
        for match in matches:
            answers = [(each, each.decided(match.row)) for each in match.subscription.comparisons]
            if any(answer is False for _, answer in answers):
                continue
            undecided = [(each, match.row[each.condition.column]) for each, answer in answers if answer is None]
            if undecided:
                open_questions[len(kept)] = undecided
            kept.append(match)
        return kept if not open_questions else await self._compared(kept, open_questions)

    async def _compared(
        self, matches: Sequence[_Match], questions: Mapping[int, list[tuple[Comparison, str | None]]]
    ) -> list[_Match]:
        """Return the matches without those whose filters the database says no to."""
        try:
            answers = iter(
                await compare(self._judge.connection, [each for asked in questions.values() for each in asked])
            )
        except psycopg.Error as error:
            if self._judge.connection.closed:
                raise
            for subscriber in {matches[index].subscriber for index in questions}:
                subscriber.lost(f"a filter could not be compared: {error}")
            return [match for index, match in enumerate(matches) if index not in questions]
        answered = {index: [next(answers) for _ in asked] for index, asked in questions.items()}
        refused = {index for index, said in answered.items() if not all(said)}
        return [match for index, match in enumerate(matches) if index not in refused]

    async def _rendered(self, matches: Sequence[_Match]) -> list[tuple[_Match, str]]:
        """Return what each of them gets to see, if anything. matches: of one table."""
        table = await self._table(matches[0].change)
        if table is None:
            return []
        guarded = {
            (match.place, match.subscription.viewer): match.change.new
            for match in matches
            if table.row_security and table.key and match.change.new is not None
        }
        judgement = await self._judge.ask(
            table,
            {match.change.xid for match in matches},
            {match.subscription.viewer.role for match in matches},
            [(viewer, row) for (_, viewer), row in guarded.items()],
        )
        seen = dict(zip(guarded, judgement.seen, strict=True))
        rendered: dict[tuple[int, str, frozenset[str]], str] = {}
        shown = []
        for match in matches:
            viewer, select = match.subscription.viewer, match.subscription.entry.select
            if not seen.get((match.place, viewer), True) and table.key.keys() <= judgement.selectable.get(
                viewer.role, frozenset()
            ):
                continue
            key = (match.place, viewer.role, select)
            if key not in rendered:
                rendered[key] = _data(match, table, judgement)
            shown.append((match, rendered[key]))
        return shown

    async def _table(self, change: Change) -> Table | None:
        known = self._tables.get(change.relation.oid)
        if known is not None and known.relation is change.relation:
            return known
        found = await describe(self._judge.connection, change.relation)
        if found is not None:
            self._tables[change.relation.oid] = found
        return found


def _data(match: _Match, table: Table, judgement: Judgement) -> str:
    selectable = judgement.selectable.get(match.subscription.viewer.role, frozenset())
    if match.change.kind != "DELETE":
        if not table.key:
            return events.failure(match.change, events.NO_KEY)
        if not table.key.keys() <= selectable:
            return events.failure(match.change, events.UNAUTHORIZED)
    select = match.subscription.entry.select
    return events.data(match.change, table, selectable & (select | table.key.keys()) if select else selectable)
