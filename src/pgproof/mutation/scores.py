"""How many mutants were caught: of each kind, by the whole suite and by each part of it; and why some cannot be seen.

A verdict is what `Verdict.as_json` returns. Those of a run by other means, such as in a browser, have no "seen": they
count for the suite only. `unseen` is why nobody can see a mutant by reading; None if it is seen or no reason is known.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Verdicts = Sequence[Mapping[str, Any]]

# What stands where a mutant is not seen, and nothing says why.
NO_REASON = "nothing says why"


@dataclass(frozen=True)
class Row:
    """One kind of mutants, or all. caught: by the suite. seen: by each view, by its name; empty if none was asked."""

    kind: str
    mutants: int
    caught: int
    seen: Mapping[str, int]
    seconds: float


@dataclass(frozen=True)
class Unseen:
    """Mutants that the first view does not notice, and the one reason for them."""

    reason: str
    mutants: tuple[str, ...]


def views(verdicts: Verdicts) -> list[str]:
    """Return the names of the views that any verdict tells of, in their order. The first is the one that reads."""
    return list(dict.fromkeys(name for each in verdicts for name in each.get("seen") or ()))


def by_kind(verdicts: Verdicts) -> list[Row]:
    """Return a row for each kind, sorted by its name."""
    kinds = defaultdict(list)
    for each in verdicts:
        kinds[kind_of(each)].append(each)
    return [total(same, kind) for kind, same in sorted(kinds.items())]


def total(verdicts: Verdicts, kind: str = "all") -> Row:
    """Return one row for all of these."""
    looked = [each["seen"] for each in verdicts if each.get("seen")]
    return Row(
        kind,
        len(verdicts),
        sum(not each["survived"] for each in verdicts),
        {name: sum(bool(each.get(name)) for each in looked) for name in views(verdicts)},
        sum(each["seconds"] for each in verdicts),
    )


def unseen(verdicts: Verdicts) -> list[Unseen]:
    """Return the mutants that the first view does not notice, by reason: those without one first, then the most."""
    first = next(iter(views(verdicts)), None)
    reasons = defaultdict(list)
    for each in verdicts:
        if each.get("seen") and not each["seen"][first]:
            reasons[each.get("unseen") or NO_REASON].append(str(each["mutant"]))
    found = [Unseen(reason, tuple(sorted(names))) for reason, names in reasons.items()]
    return sorted(found, key=lambda each: (each.reason != NO_REASON, -len(each.mutants), each.reason))


def said(verdicts: Verdicts) -> str:
    """Return the scores in one line, such as "suite 4 of 4; live 3 of 4 (1 unseen, with its reason); 004 1 of 4".

    Only of verdicts that tell of views; empty if none does.
    """
    looked = [each for each in verdicts if each.get("seen")]
    row, groups = total(looked), unseen(looked)
    missing = sum(len(each.mutants) for each in groups if each.reason == NO_REASON)
    parts = [f"suite {row.caught} of {row.mutants}"] if looked else []
    for at, (name, count) in enumerate(row.seen.items()):
        parts.append(f"{name} {count} of {row.mutants}")
        if at == 0 and count < row.mutants:
            left = row.mutants - count
            each = "with its reason" if left == 1 else "each with its reason"
            parts[-1] += f" ({left} unseen, {f'{missing} of them without a reason' if missing else each})"
    return "; ".join(parts)


def kind_of(verdict: Mapping[str, Any]) -> str:
    """Return the kind of a mutant by its name, "KIND-OBJECT-DEFECT" or "KIND: NAME"."""
    name = str(verdict["mutant"])
    return name.partition(":")[0] if ":" in name else name.partition("-")[0]
