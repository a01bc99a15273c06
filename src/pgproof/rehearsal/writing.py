"""A result as text for a person, or as JSON for a machine, with three stars for each secret.

Advice, notices and locks repeat what the scripts say, and many read the log of a pipeline.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pgproof.rehearsal import locks
from pgproof.rehearsal.leaving import listing
from pgproof.scrub import Scrubber

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.rehearsal.findings import Finding, Result

_VERDICTS = {
    0: "safe and reversible",
    1: "not safe, or not reversible",
    2: "could not be rehearsed",
}
# The advice of these is what the mistake usually is.
_EXPLAINED = ("missing-file", "not-utf8", "syntax-error", "template")
# Outcomes that a person asked for: without these checks nothing is called safe and reversible.
_ON_REQUEST = ("not asked (--only)", "not asked (--no-down)")


def as_json(result: Result) -> str:
    """Return the result as one JSON object on one line."""
    whole = {
        "exit_code": result.exit_code,
        "verdict": _verdict(result),
        "findings": [asdict(each) for each in result.findings],
        "accepted": [asdict(each) for each in result.accepted],
        "checks": result.checks,
        "undecided": result.undecided,
        "notes": result.notes,
        **result.measured,
    }
    return json.dumps(Scrubber().value(whole), ensure_ascii=False)


def as_text(result: Result) -> str:
    """Return the result as text: the checks, what they measured, the findings, the verdict."""
    return Scrubber().text("\n".join(_lines(result)).lstrip("\n"))


def _lines(result: Result) -> Iterator[str]:
    for name, outcome in result.checks.items():
        sign = {"held": "✓", "did not hold": "✗"}.get(outcome, "–")
        yield f"{sign} {name}" + ("" if sign != "–" else f": {outcome}")
    for title, lines in (
        ("what the scripts say", result.measured.get("notices", [])),
        ("what the scripts change", listing.lines(result.measured.get("changes", []))),
        ("what they lock, rewrite and scan", map(_lock, filter(_is_strong, result.measured.get("locks", [])))),
        ("how long live traffic stood still", map(_stall, result.measured.get("stalls", []))),
        ("not decided", result.undecided),
        ("notes", result.notes),
        ("accepted", map(str, result.accepted)),
        ("findings", (line for each in result.findings for line in _finding(each))),
    ):
        found = list(lines)
        if found:
            yield from ("", f"{title}:", *(f"  {line}" for line in found))
    yield ""
    yield f"{_verdict(result)}: {len(result.findings)} finding{'' if len(result.findings) == 1 else 's'}"


def _verdict(result: Result) -> str:
    accepted = sorted({each.name for each in result.accepted})
    left_out = [name for name, outcome in result.checks.items() if outcome in _ON_REQUEST]
    if left_out and result.exit_code == 0:
        more = f", except what was accepted ({', '.join(accepted)})" if accepted else ""
        return f"nothing found in what was asked{more}; not asked: {', '.join(left_out)}"
    if accepted and result.exit_code == 0:
        return f"nothing found except what was accepted ({', '.join(accepted)})"
    return _VERDICTS[result.exit_code]


def _finding(finding: Finding) -> Iterator[str]:
    yield str(finding)
    if finding.advice:
        yield f"  {'usually' if finding.name in _EXPLAINED else 'to do'}: {finding.advice}"


def _is_strong(footprint: dict[str, Any]) -> bool:
    return bool(footprint["rewrites"]) or any(mode in locks.STRONG for mode in footprint["locks"].values())


def _lock(footprint: dict[str, Any]) -> str:
    held = ", ".join(f"{mode} on {name}" for name, mode in footprint["locks"].items() if mode in locks.STRONG)
    more = [
        *(f"rewrites {name}" for name in footprint["rewrites"]),
        *(f"scans {name}" for name in footprint["scans"]),
        *(["waits forever"] if footprint["waits for ever"] else []),
    ]
    return f"{footprint['file']}:{footprint['line']}: {'; '.join(filter(None, [held, *more]))}"


def _stall(stall: dict[str, Any]) -> str:
    known = stall["messages"] is not None
    size = f" at {stall['messages']} messages" if known else ""
    sent = f"; {stall['sends']} sent, {stall['lost']} lost" if known else ""
    return (
        f"{stall['file']}{size}: longest send {stall['longest_send_ms']} ms, longest read {stall['longest_read_ms']} ms"
        f" (before it began: {stall['usual_ms']} ms){sent}"
    )
