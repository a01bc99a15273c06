"""Which tables a script locks first, and in which order: that in which a sender's transaction gets to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgproof.catalog.statements.aligned import bare, split
from pgproof.rehearsal.forms import quoted
from pgproof.supabase import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pgproof.alignment.steps import Step
    from pgproof.catalog import Catalog

# From the weakest to the strongest of those that a step takes.
STRENGTH = ("SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "ACCESS EXCLUSIVE")
_NAME = r'(?:"(?:[^"]|"")+"|[^\s".(]+)'
_FOREIGN_KEY = re.compile(rf"\bFOREIGN KEY\b.*?\bREFERENCES\s+(?:ONLY\s+)?({_NAME}(?:\.{_NAME})?)\s*\(", re.DOTALL)


def statements(steps: Sequence[Step], before: Catalog, first: str | None) -> list[str]:
    """Return the LOCK TABLE statements of a script, none where a single statement locks a single table anyway.

    before: the catalog before the script. first: the table that a send writes first, None if that is unknown.
    """
    modes: dict[str, str] = {}
    takers = 0
    for step in steps:
        taken = list(_taken(step, before))
        takers += bool(taken)
        for relation, mode in taken:
            modes[relation] = _stronger(mode, modes.get(relation, mode))
    if takers < 2 and len(modes) < 2:
        return []
    return [f"LOCK TABLE {each} IN {modes[each]} MODE" for each in in_order(modes, before, first)]


def in_order(relations: Iterable[str], catalog: Catalog, first: str | None) -> list[str]:
    """Return tables in the order in which a send locks them.

    That is the one that it writes first, then those that refer to others before those that they refer to.
    """
    wanted = sorted(relations)
    refers = _references(catalog)
    seen: set[str] = set()
    after: list[str] = []

    def visit(relation: str) -> None:
        if relation not in seen:
            seen.add(relation)
            for each in sorted(refers.get(relation, ())):
                visit(each)
            after.append(relation)

    for each in reversed(wanted):
        visit(each)
    ordered = [each for each in reversed(after) if each in wanted]
    return sorted(ordered, key=lambda each: each != first)


def _taken(step: Step, before: Catalog) -> Iterable[tuple[str, str]]:
    """Yield the tables that a step locks and the lock on each, as far as they are there before."""
    if not step.lock:
        return
    related = [step.relation] if step.relation else []
    found = [(each, step.lock) for each in related]
    found += [(each, "SHARE ROW EXCLUSIVE") for each in _referenced(step.sql)]
    if step.sql.startswith(("DROP", "ALTER")) and "DROP" in step.sql:
        # Dropping a foreign key, or the table with one, takes the other table's triggers away.
        for key, attributes in before.objects.items():
            if key[0] == "constraint" and (
                key[1] in step.names or (before.parents.get(key) == ("relation", step.relation) and step.destructive)
            ):
                found += [(each, "ACCESS EXCLUSIVE") for each in _referenced(str(attributes.get("definition", "")))]
    for relation, mode in found:
        kind = before.get("relation", relation).get("kind")
        if kind in ("r", "p") and split(relation)[0] not in SCHEMAS:
            yield relation, mode


def _referenced(text: str) -> Iterator[str]:
    """Yield the tables that the foreign keys of a text refer to, as the catalog spells them: it quotes what must be."""
    for name in _FOREIGN_KEY.findall(text):
        yield ".".join(quoted(bare(each)) for each in split(name) if each)


def _references(catalog: Catalog) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key, attributes in catalog.objects.items():
        if key[0] == "constraint" and key in catalog.parents:
            for other in _referenced(str(attributes.get("definition", ""))):
                found.setdefault(catalog.parents[key][1], set()).add(other)
    return found


def _stronger(one: str, other: str) -> str:
    return max(one, other, key=STRENGTH.index)
