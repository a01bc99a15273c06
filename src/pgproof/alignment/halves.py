"""Finds the steps that leave no half of what belongs together: where one cannot be done, the others are not kept."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgproof.adoption.unknown import NOTHING
from pgproof.alignment import objects, planning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pgproof.adoption.unknown import Unknown
    from pgproof.alignment.planner import Action
    from pgproof.catalog import Catalog
    from pgproof.catalog.differences import Difference
    from pgproof.rehearsal.database import Database
    from pgproof.rehearsal.scratch_server import ScratchServer


@contextmanager
def found(
    on: ScratchServer,
    base: str,
    actions: Sequence[Action],
    catalogs: tuple[Catalog, Catalog],
    *,
    chosen: Callable[[Difference], bool] = lambda _: True,
    allow_loss: bool = True,
    unknown: Unknown = NOTHING,
) -> Iterator[tuple[planning.Found, Database]]:
    """Yield the steps from a database to another, and the copy on which they ran.

    It is tried with fewer actions until none leaves a half of what belongs together, which would be like neither of
    the two. The arguments are those of planning.find().
    """
    now = planning.Found(catalogs[1])
    while True:
        with on.clone(base) as here:
            now = planning.find(
                here, actions, catalogs, chosen=chosen, allow_loss=allow_loss, unknown=unknown, reasons=now.reasons
            )
            fewer = _without_halves(actions, now)
            if len(fewer) == len(actions):
                yield now, here
                return
        actions = fewer


def _without_halves(actions: Sequence[Action], found: planning.Found) -> list[Action]:
    """Return the actions but for those that left something worse: those about it, or else those about what failed.

    An object that the second half of a replacement failed for is worse; what another one's change took away, too. Of a
    column that does not get its type, or stays, no action is kept: some only prepare for that.
    """
    ran = [each for each in found.actions if each is not None]
    columns = {about.identity for about in map(objects.subject, found.undone) if about.kind == "column"}
    halves = [
        each
        for each in actions
        if objects.subject(each).identity in columns or any(_makes_worse(each, one) for one in found.worse)
    ]
    # What our own statements have begun ends differently where a secret is left out.
    begun = {
        name for step, action in zip(found.steps, found.actions, strict=True) if action is None for name in step.names
    }
    if {each.identity for each in found.worse} - begun and not any(each in halves for each in ran):
        halves = [each for each in actions if _belongs(each, found)]
    if not any(each in halves for each in ran):
        return list(actions)
    # What is withheld for what it loses does not run anyway, and is to be named as that.
    return [each for each in actions if each not in halves or (each.destructive and each in found.undone)]


def _makes_worse(action: Action, difference: Difference) -> bool:
    about = [objects.of(each) for each in (*action.produces, *action.destroys)] or [objects.subject(action)]
    # What is on one side only is told with what belongs to it.
    return any(
        difference.identity == each.identity or (difference.only is not None and difference.identity == each.relation)
        for each in about
    )


def _belongs(action: Action, found: planning.Found) -> bool:
    """Return whether an action is about anything that an action which did not run is about."""
    own = {each.identity for each in objects.related(action)}
    return any(own & {each.identity for each in objects.related(other)} for other in found.undone)
