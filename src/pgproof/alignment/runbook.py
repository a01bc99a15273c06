"""The README of an alignment: what it does, how to run it and how to go back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgproof.alignment import effects, locking, marks
from pgproof.alignment.steps import NAMES
from pgproof.catalog import differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pgproof.alignment.steps import Alignment, File
    from pgproof.catalog import Catalog

_TEMPLATE = Path(__file__).with_name("runbook.md.j2")
_LOCKS = ("", *locking.STRENGTH)
_LIVE = "live:"
# Of a column that is not dropped.
_UNFIT = " (what does not fit its new type)"
_UNKNOWN = "not known"
# From this lock on somebody waits: whoever writes.
_WRITERS_WAIT = _LOCKS.index("SHARE")
_GIVES_UP = "gives up after half a second if it has to wait itself, and then has changed nothing"
_APART = "\n   One outside of a transaction waits up to two seconds, and for older transactions as long as they last."


@dataclass(frozen=True)
class _Table:
    """A row of the list of tables."""

    name: str
    rows: str
    lock: str
    back: str
    scripts: str


def text(alignment: Alignment, aligned: Catalog, *, proven: bool, report: Sequence[str]) -> str:
    """Return the runbook. aligned: the catalog of the copy after the up scripts.

    proven: whether all of the proof held. report: its lines, for the end of the page.
    """
    from jinja2 import Environment, StrictUndefined

    from pgproof.scrub import Scrubber

    environment = Environment(autoescape=False, undefined=StrictUndefined, keep_trailing_newline=True)  # noqa: S701
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    before = alignment.b.catalog
    tables = list(_tables(alignment))
    page = template.render(
        a=alignment.a.place,
        b=alignment.b.place,
        proven=proven,
        outside=proven and all(each.place.startswith(_LIVE) for each in (alignment.a, alignment.b)),
        # What is on one side only is told in the words of diff: of A, which B is like afterwards, and of B.
        changes=list(map(_plain, differences.lines(aligned, before, NAMES))),
        losing=_losing(alignment.ups),
        going=_losing(alignment.downs),
        owners=_owners(alignment),
        hour=_hour(alignment),
        tables=tables,
        publications=_of_all_tables(alignment, aligned),
        marks=marks.ON_SUBSCRIBERS.splitlines(),
        no_marks=marks.NOT_ON_SUBSCRIBERS,
        ups=[_file(each) for each in alignment.ups],
        downs=[_file(each) for each in alignment.downs],
        not_written=list(map(_plain, alignment.not_written)),
        left_out=list(map(_plain, alignment.left_out)),
        notes=list(map(_plain, alignment.notes)),
        report=[line for each in report for line in each.splitlines()],
    )
    return Scrubber().text(page)


def _plain(line: str) -> str:
    """Return a line in which nothing is taken for a mark of Markdown."""
    return re.sub(r"([\\`*_<>\[\]|])", r"\\\1", " ".join(line.split()))


def _file(file: File) -> dict[str, Any]:
    return {
        "path": file.path,
        "title": _plain(file.title),
        "apart": not file.transactional,
        "notices": [" ".join(each.split()) for each in file.notices],
        "loses": _losing([file]),
    }


def _losing(files: Iterable[File]) -> list[str]:
    import pglast

    found: dict[str, None] = {}
    for step in (each for file in files for each in file.steps if each.destructive):
        retyped = any(effects.retypes(raw.stmt) for raw in pglast.parse_sql(step.sql))
        found |= dict.fromkeys(f"`{name}`{_UNFIT if retyped else ''}" for name in step.names)
    return list(found)


def _of_all_tables(alignment: Alignment, aligned: Catalog) -> list[str]:
    """Return the publications that send every table, so also that of the marks, at some time between the scripts."""
    found = (each.of_kind("publication") for each in (alignment.b.catalog, aligned) if alignment.ups)
    return sorted({f"`{name}`" for each in found for name, attributes in each.items() if attributes.get("all tables")})


def _owners(alignment: Alignment) -> str:
    """Return who has to run the scripts: the owners of what they change."""
    before = alignment.b.catalog
    relations = {step.relation for file in alignment.ups for step in file.steps if step.relation}
    owners = sorted({owner for each in relations if (owner := before.get("relation", each).get("owner"))})
    if not owners:
        return "the role that owns the schemas which are changed"
    tables = "the owner of the tables that are changed" if len(owners) == 1 else "a role that is a member of these"
    return f"{', '.join(f'`{each}`' for each in owners)} ({tables})"


def _hour(alignment: Alignment) -> str:
    """Return when to run the scripts. A lock that keeps people waiting counts on the way back, too: it has no hour."""
    up, back = (
        any(lock >= _WRITERS_WAIT for lock in _strongest(alignment, files).values())
        for files in (alignment.ups, alignment.downs)
    )
    apart = "" if all(each.transactional for each in alignment.ups) else _APART
    if up:
        return (
            "one in which few people write. While a script changes a table, whoever needs that table waits.\n"
            f"   Each script {_GIVES_UP}.{apart}"
        )
    later = "\n   The way back does: while it changes a table, whoever needs that table waits." if back else ""
    return f"any will do. No script of `up/` makes anybody wait; each {_GIVES_UP}.{apart}{later}"


def _tables(alignment: Alignment) -> Iterable[_Table]:
    """Yield the tables that are there before the scripts and that these change."""
    scripts: dict[str, dict[str, None]] = {}
    for file in alignment.ups:
        for step in file.steps:
            if step.relation:
                scripts.setdefault(step.relation, {})[file.name.partition("_")[0]] = None
    up, back = (_strongest(alignment, files) for files in (alignment.ups, alignment.downs))
    for relation in sorted(up.keys() | back.keys()):
        rows = alignment.b.rows.get(relation)
        estimate = _UNKNOWN if rows is None else f"about {rows}"
        lock, later = (_LOCKS[each.get(relation, 0)].lower() or "none" for each in (up, back))
        yield _Table(_plain(relation), estimate, lock, later, ", ".join(scripts.get(relation, {})) or "none")


def _strongest(alignment: Alignment, files: Iterable[File]) -> dict[str, int]:
    """Return the strongest lock that files take on each table which is there before all scripts."""
    found: dict[str, int] = {}
    for step in (step for file in files for step in file.steps):
        if step.relation and alignment.b.catalog.get("relation", step.relation).get("kind") in ("r", "p"):
            lock = _LOCKS.index(step.lock) if step.lock in _LOCKS else len(_LOCKS) - 1
            found[step.relation] = max(lock, found.get(step.relation, 0))
    return found
