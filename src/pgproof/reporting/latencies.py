"""How long messages took from send to seen, as tests recorded it under "latency".

The fact has where, messages, p50_ms, p95_ms and p99_ms, and the times themselves as seen_ms, for a picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pgproof.reporting import results
from pgproof.reporting.pictures import distribution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.reporting.results import Result

# How many circumstances one picture shows, the slowest; the table has all.
_MOST = 8


def rows(everything: Sequence[Result]) -> list[dict[str, Any]]:
    """Return the facts with their environment, by circumstances."""
    measured = [
        {"environment": result.environment or "", **value}
        for result in everything
        for value in results.facts([result], "latency")
    ]
    return sorted(measured, key=lambda each: (each["where"], each["environment"]))


def drawn(everything: Sequence[Result]) -> list[tuple[str, str]]:
    """Return the picture of each environment whose facts have times; an environment may be empty."""
    timed = [each for each in rows(everything) if each.get("seen_ms")]
    found = []
    for environment in sorted({each["environment"] for each in timed}):
        ours = [each for each in timed if each["environment"] == environment]
        ours = sorted(ours, key=lambda each: -each["p95_ms"])[:_MOST]
        title = f"From send to seen{f' in {environment}' if environment else ''}"
        found.append((environment, distribution(title, ours)))
    return found
