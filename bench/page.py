"""docs/benchmarks.md: the verdicts in one table, then each benchmark's own."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.verdicts import Verdict

_READING = """\
What is compared did the same work in the same run and took turns, so that noise hits all of it alike: quote the
ratios, not the times. Memory is that of the largest process of a command. "Ahead" and "behind" mean in every round,
"level" that the rounds disagree; why we are not ahead is said with what was measured. A rival that is not installed,
fails or does not answer is named in place of its figures: `make bench` installs them in `bench/rivals`, as far as they
can be had. What our own parts cost, beside what they can't do without, `python -m bench own` measures."""


@dataclass(frozen=True)
class Section:
    """One benchmark's outcome. about: the text at the top of its module. table: as printed. seconds: it took."""

    name: str
    about: str
    table: str
    verdicts: Sequence[Verdict]
    seconds: float


def page(command: str, began: str, sections: Sequence[Section]) -> str:
    """Return the page. began: the machine's cores and load before anything ran."""
    machine = f"Python {platform.python_version()}, {platform.system()} on {platform.machine()}, {began}"
    taken = sum(each.seconds for each in sections)
    head = f"Written by `{command}`, which took {taken / 60:.1f} minutes: {machine}."
    blocks = ["# Benchmarks", head, _READING, _summary(sections), *map(_block, sections)]
    return "\n\n".join(blocks) + "\n"


def _summary(sections: Sequence[Section]) -> str:
    lines = ["| beside | what | ours to theirs | |", "|---|---|---|---|"]
    lines += [
        f"| {' | '.join(map(_cell, (each.rival, each.what, each.figure, each.verdict)))} |"
        for section in sections
        for each in section.verdicts
    ]
    return "\n".join(lines)


def _block(section: Section) -> str:
    text = f"```text\n{section.table}\n```"
    return f"## {section.name}\n\n{section.about}\n\nIt took {section.seconds:.0f} s.\n\n{text}"


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")
