"""Which of the differences are to go: --only, and what that needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgproof.alignment import objects
from pgproof.catalog.statements.aligned import split
from pgproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.alignment.planner import Action
    from pgproof.catalog import Catalog, Key
    from pgproof.catalog.differences import Difference

KINDS = (
    "column",
    "constraint",
    "default privileges",
    "extension",
    "function",
    "grant",
    "index",
    "policy",
    "publication",
    "published table",
    "role",
    "rule",
    "schema",
    "sequence",
    "statistics",
    "table",
    "trigger",
    "type",
    "view",
)
# What a person means by a word of KINDS besides itself.
_ALSO = {
    "grant": ("changed grant",),
    "table": ("partitioned table", "foreign table"),
    "view": ("materialized view",),
    "publication": ("published table", "published schema"),
}


@dataclass
class Selection:
    """What --only chooses: of some kinds, and in some schemas or of some tables. Without words, everything.

    words: as they were given.
    """

    words: Sequence[str] = ()
    _kinds: set[str] = field(default_factory=set)
    _schemas: set[str] = field(default_factory=set)
    _tables: set[str] = field(default_factory=set)
    _catalogs: tuple[Catalog, ...] = ()

    def check(self, *catalogs: Catalog) -> None:
        """Find out what each word means. Raises UsageError for what neither side has."""
        self._catalogs = catalogs
        relations = {identity for each in catalogs for identity in each.of_kind("relation")}
        schemas = {identity for each in catalogs for identity in each.of_kind("schema")}
        for word in self.words:
            named = {each for each in relations if word == each or word == split(each)[1]}
            if word in KINDS:
                self._kinds |= {word, *_ALSO.get(word, ())}
            elif word in schemas:
                self._schemas.add(word)
            elif named:
                self._tables |= named
            else:
                raise UsageError(
                    f"--only {word}: neither database has such a schema or table, and it is not a kind of object;"
                    f" the kinds are {', '.join(KINDS)}"
                )

    def chosen(self, difference: Difference) -> bool:
        """Return whether a difference is to go."""
        schema, relation = self._where((difference.catalog_kind, difference.identity))
        return self._fits(difference.kind, schema, relation)

    def of(self, actions: Sequence[Action], notes: list[str]) -> list[Action]:
        """Return the actions that are chosen, with those that they need, which are noted. The order stays."""
        if not self.words:
            return list(actions)
        kept = {place for place, action in enumerate(actions) if self._has(action)}
        asked = set(kept)
        while more := {
            place for place in range(len(actions)) if place not in kept and _is_needed(actions, place, kept)
        }:
            kept |= more
        for place in sorted(kept - asked):
            about = objects.subject(actions[place])
            notes.append(f"added, since what was chosen needs it: {about.kind} {about.identity}")
        return [actions[place] for place in sorted(kept)]

    def _has(self, action: Action) -> bool:
        about = objects.subject(action)
        return self._fits(about.kind, about.schema, about.relation)

    def _fits(self, kind: str, schema: str, relation: str | None) -> bool:
        in_place = not (self._schemas or self._tables) or schema in self._schemas or relation in self._tables
        return in_place and (not self._kinds or kind in self._kinds)

    def _where(self, key: Key) -> tuple[str, str | None]:
        """Return the schema and the relation that an object is in or on."""
        relation = None
        while True:
            if key[0] == "relation":
                relation = key[1]
            parent = next((each.parents[key] for each in self._catalogs if key in each.parents), None)
            if parent is None:
                return (key[1] if key[0] == "schema" else split(key[1])[0]), relation
            key = parent


def _is_needed(actions: Sequence[Action], place: int, kept: set[int]) -> bool:
    """Return whether an action makes what a kept one needs, or lets go of what a kept one drops."""
    action = actions[place]
    made = list(action.produces)
    gone = [*action.destroys, *action.releases]
    for other in kept:
        if place < other and any(each in actions[other].consumes for each in made):
            return True
        if place < other and any(
            each in action.consumes or each in action.releases for each in actions[other].destroys
        ):
            return bool(gone)
    return False
