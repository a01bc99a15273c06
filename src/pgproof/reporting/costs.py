"""What each script costs: how long it takes, what it locks, how long a send waits for it, how many bytes it adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pgproof.reporting.pictures import script

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.reporting.results import Result


def cards(everything: Sequence[Result]) -> list[dict[str, Any]]:
    """Return one card for each environment and script, from the facts that the migration tests recorded.

    The facts are "stall" (pgproof.rehearsal.stalling.Stall as JSON), "locks" ({"file", "strongest"}) and "growth"
    ({"file", "messages", "bytes"}). A card has environment, file, stall and growth (lists), and strongest if known. If
    a stall has its timeline, it has that of the most messages as timeline and picture.
    """
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for result in everything:
        for name, value in result.facts:
            if name in ("stall", "locks", "growth"):
                file = value["file"].rsplit("/", 1)[-1]
                key = (result.environment or "", file)
                card = found.setdefault(key, {"environment": key[0], "file": file, "stall": [], "growth": []})
                if name == "locks":
                    card["strongest"] = value["strongest"]
                else:
                    card[name].append(value)
    for card in found.values():
        for name in ("stall", "growth"):
            card[name].sort(key=lambda each: each["messages"] or 0)
        timed = [each for each in card["stall"] if each.get("timeline")]
        if timed:
            card["timeline"] = timed[-1]["timeline"]
            card["picture"] = script(card["file"], timed[-1])
    # Put the rollback after the scripts that it undoes.
    return [found[key] for key in sorted(found, key=lambda key: (key[0], key[1][:1] == "r", key[1]))]
