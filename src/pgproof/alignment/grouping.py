"""Groups steps into files: by what they are about, as far as what they need of each other allows it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from pgproof.alignment import objects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.alignment.planner import Action, Id
    from pgproof.alignment.steps import Step

# What one file is about, by the kind of its steps.
_CONCERNS = {
    "roles": ("role", "membership"),
    "schemas": ("schema", "extension", "default privileges", "language"),
    "types": ("type", "collation"),
    "tables": ("table", "partitioned table", "column", "sequence", "foreign table"),
    "constraints": ("constraint",),
    "indexes": ("index", "statistics"),
    "functions": ("function", "cast", "operator"),
    "views": ("view", "materialized view", "rule"),
    "triggers": ("trigger", "event trigger"),
    "policies": ("policy",),
    "publications": ("publication", "published table", "published schema", "subscription"),
    "servers": ("foreign data wrapper", "foreign server", "user mapping"),
    "grants": ("grant", "changed grant"),
}
_CONCERN = {kind: concern for concern, kinds in _CONCERNS.items() for kind in kinds}
_OF_FUNCTION = re.compile(r"\b(?:FUNCTION|PROCEDURE|AGGREGATE)\b")
_LABEL = re.compile(r"^\s*ALTER\s+TYPE\s.*\sADD\s+VALUE\s", re.IGNORECASE | re.DOTALL)


@dataclass
class Group:
    """The steps of one file. transactional: whether they run in one transaction."""

    concern: str
    transactional: bool = True
    steps: list[Step] = field(default_factory=list)
    actions: list[Action | None] = field(default_factory=list)

    @property
    def relations(self) -> list[str]:
        """The relations that its steps change, each once."""
        return list(dict.fromkeys(each.relation for each in self.steps if each.relation))


def grouped(steps: Sequence[Step], actions: Sequence[Action | None]) -> list[Group]:
    """Return the steps in groups, in an order in which they can run. actions: the planner's, by step.

    Two steps keep their order if they have anything in common. What a step needs to be committed first, such as a label
    of an enum, ends its group.
    """
    needs = _needs(steps, actions)
    done: set[int] = set()
    groups: list[Group] = []
    while len(done) < len(steps):
        ready = [each for each in range(len(steps)) if each not in done and needs[each] <= done]
        fitting = [each for each in ready if groups and _fits(groups[-1], steps[each], actions[each])]
        place = (fitting or ready)[0]
        if not fitting:
            groups.append(Group(_concern(steps[place]), steps[place].transactional))
        groups[-1].steps.append(steps[place])
        groups[-1].actions.append(actions[place])
        done.add(place)
    return groups


def in_order(steps: Sequence[Step], actions: Sequence[Action | None]) -> list[Group]:
    """Return the steps in groups without changing their order: for when grouped() puts them into one that fails."""
    groups: list[Group] = []
    for step, action in zip(steps, actions, strict=True):
        if not groups or not _fits(groups[-1], step, action):
            groups.append(Group(_concern(step), step.transactional))
        groups[-1].steps.append(step)
        groups[-1].actions.append(action)
    return groups


def _fits(group: Group, step: Step, action: Action | None) -> bool:
    """Return whether a step can run in the transaction of a group."""
    if not (group.transactional and step.transactional) or group.concern != _concern(step):
        return False
    # A label of an enum can be used only once it is committed.
    labels = [bool(_LABEL.match(each.sql)) for each in (*group.steps, step)]
    return not (action is not None and action.apart) and all(one == other for one, other in pairwise(labels))


def _concern(step: Step) -> str:
    if step.kind == "grant" and _OF_FUNCTION.search(step.sql):
        return "functions"
    return _CONCERN.get(step.kind, "others")


def _needs(steps: Sequence[Step], actions: Sequence[Action | None]) -> list[set[int]]:
    """Return, for each step, which of those before it have to run first."""
    about = []
    for step, action in zip(steps, actions, strict=True):
        names = {*step.names, *([step.relation] if step.relation else [])}
        about.append(names | ({each.identity for each in objects.related(action)} if action is not None else set()))
    # What is our own was found last, on top of all that the planner did.
    ours = [action is None for action in actions]
    makes = [_ambient(action) for action in actions]
    return [
        {
            first
            for first in range(place)
            if ours[place] or ours[first] or about[first] & about[place] or makes[first][0] & makes[place][1]
            or makes[first][1] & makes[place][2]
        }
        for place in range(len(steps))
    ]  # fmt: skip


def _ambient(action: Action | None) -> tuple[set[str], set[str], set[str]]:
    """Return which schemas, roles and so on an action makes, needs and drops."""
    if action is None:
        return set(), set(), set()

    def named(ids: Sequence[Id]) -> set[str]:
        return {f"{each['kind']} {each.get('name')}" for each in ids if each["kind"] in objects.AMBIENT}

    return named(action.produces), named((*action.consumes, *action.releases)), named(action.destroys)
