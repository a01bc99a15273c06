"""What senders meet while a script runs: each send as high and as wide as it is long, the locks below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pgproof.reporting.pictures import svg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TOP, _SENDS, _LOCK, _AXIS = 30, 96, 32, 30
_BLOCKS_READERS = "AccessExclusiveLock"


def script(name: str, stall: Mapping[str, Any]) -> str:
    """Return the picture of a script. stall: pgproof.rehearsal.stalling.Stall as JSON, with its timeline."""
    found = stall["timeline"]
    sends, locks = found["sends"], found["locks"]
    first = min([0.0, *(begun for begun, _ in sends)])
    last = max([found["ended"], *(begun + took for begun, took in sends), first + 1])
    height = _TOP + _SENDS + (len(locks) or 0.75) * _LOCK + _AXIS
    parts = [
        *_running(found["ended"], first, last, height),
        *_sends(sends, found["ended"], first, last),
        *_locks(locks, first, last),
        *_axis(first, last, height),
    ]
    return svg.picture(f"{name}: sends while it runs", _description(stall), height, parts)


def _x(moment: float, first: float, last: float) -> float:
    return (moment - first) / (last - first) * svg.WIDTH


def _running(ended: float, first: float, last: float, height: float) -> Iterator[str]:
    begins, ends = _x(0, first, last), _x(ended, first, last)
    yield svg.bar(begins, 16, ends - begins, height - 16 - _AXIS, "ground")
    said = f"the script, {svg.duration(ended)}"
    # Beside its time where that is at the right end of a narrow picture.
    room = svg.WIDTH - begins
    yield svg.words(begins if room > 140 else svg.WIDTH, 12, said, anchor="start" if room > 140 else "end")


def _sends(sends: list[tuple[float, float]], ended: float, first: float, last: float) -> Iterator[str]:
    bottom = _TOP + _SENDS
    yield svg.line(0, bottom, svg.WIDTH, bottom)
    longest = max((took for _, took in sends), default=0) or 1
    for begun, took in sends:
        high = max(took / longest * (_SENDS - 16), 2)
        while_it_runs = begun < ended and begun + took > 0
        kind = "send" if while_it_runs else "send quiet"
        start = _x(begun, first, last)
        yield svg.bar(start, bottom - high, _x(begun + took, first, last) - start, high, kind)
    if sends:
        begun, took = max(sends, key=lambda each: each[1])
        middle = min(max(_x(begun + took / 2, first, last), 60), svg.WIDTH - 60)
        yield svg.words(middle, _TOP + 11, f"longest {svg.duration(took)}", "strong", "middle")


def _locks(locks: list[Mapping[str, Any]], first: float, last: float) -> Iterator[str]:
    top = _TOP + _SENDS
    if not locks:
        yield svg.words(0, top + 17, "no lock that a sender has to wait for", "quiet")
    for place, lock in enumerate(locks):
        y = top + place * _LOCK
        start, end = _x(lock["begun"], first, last), _x(lock["ended"], first, last)
        said = svg.fitted(f"{lock['mode']} on {lock['table'].rpartition('.')[2]}", svg.WIDTH)
        at_end = start + len(said) * svg.LETTER > svg.WIDTH
        yield svg.words(svg.WIDTH if at_end else start, y + 15, said, anchor="end" if at_end else "start")
        yield svg.bar(start, y + 20, end - start, 7, "lock all" if lock["mode"] == _BLOCKS_READERS else "lock")


def _axis(first: float, last: float, height: float) -> Iterator[str]:
    y = height - _AXIS + 4
    yield svg.line(0, y, svg.WIDTH, y)
    for moment in svg.ticks(first, last):
        x = _x(moment, first, last)
        yield svg.line(x, y, x, y + 4)
        anchor = "start" if x < 20 else "end" if x > svg.WIDTH - 20 else "middle"
        yield svg.words(x, y + 17, svg.duration(moment) if moment else "0", "quiet", anchor)


def _description(stall: Mapping[str, Any]) -> str:
    found = stall["timeline"]
    longest = max((took for _, took in found["sends"]), default=0)
    said = [
        f"The script takes {svg.duration(found['ended'])}; the longest of {len(found['sends'])} sends around it takes"
        f" {svg.duration(longest)}."
    ]
    said += [
        f"{lock['mode']} on {lock['table']} is held from {svg.duration(lock['begun'])}"
        f" to {svg.duration(lock['ended'])}."
        for lock in found["locks"]
    ]
    return " ".join(said if found["locks"] else [*said, "It holds no lock that a sender has to wait for."])
