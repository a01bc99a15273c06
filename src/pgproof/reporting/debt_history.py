"""The debt of earlier runs, kept in one small file in the report's folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pgproof import files
from pgproof.errors import UsageError
from pgproof.reporting.debts import Debt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "debt-history.json"
# How many runs are kept of each place.
MOST_RUNS = 60


def remember(folder: Path, now: Mapping[str, Debt]) -> dict[str, list[Debt]]:
    """Add what is known now to the history in a folder, and return it: by place, oldest first, the newest last.

    A run that is reported again takes the place of its earlier entry. Without debts nothing is written. Raises
    UsageError if the file cannot be read.
    """
    path = folder / FILE
    known = _read(path)
    for place, debt in now.items():
        others = [each for each in known.get(place, []) if each.started != debt.started]
        known[place] = sorted([*others, debt], key=lambda each: each.started)[-MOST_RUNS:]
    if now:
        plain = {
            place: [{"started": each.started, "rules": each.rules} for each in debts]
            for place, debts in sorted(known.items())
        }
        folder.mkdir(parents=True, exist_ok=True)
        files.replace(path, json.dumps(plain, ensure_ascii=False, indent=1))
    return known


def before(history: Mapping[str, list[Debt]], now: Mapping[str, Debt]) -> dict[str, Debt]:
    """Return the newest debt of each place that is older than that of now; without places that have none."""
    older = {
        place: [each for each in history.get(place, []) if each.started < debt.started] for place, debt in now.items()
    }
    return {place: debts[-1] for place, debts in older.items() if debts}


def _read(path: Path) -> dict[str, list[Debt]]:
    if not path.exists():
        return {}
    try:
        found: dict[str, list[dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
        return {place: [_debt(each) for each in debts] for place, debts in found.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{path} is not a history of debt ({error.__class__.__name__}); remove it, and a new one begins"
        ) from None


def _debt(plain: dict[str, Any]) -> Debt:
    rules = {rule: (int(left), int(accepted)) for rule, (left, accepted) in plain["rules"].items()}
    return Debt(str(plain["started"]), rules)
