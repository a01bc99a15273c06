"""The order in the database beside the order that each observer showed, aligned so that one loss is one gap."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MISSING = "—"
_AROUND = 2
_WIDTH = 32


@dataclass(frozen=True)
class Table:
    """Orders side by side. names: of the columns, the database first. rows: a key or MISSING for each column."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def lines(self) -> list[str]:
        """Return the table as text; rows that are the same everywhere are left out unless next to a difference."""
        different = [n for n, row in enumerate(self.rows) if len(set(row)) > 1]
        near = {n for each in different for n in range(each - _AROUND, each + _AROUND + 1)}
        kept = sorted(near & set(range(len(self.rows))))
        cells = [self.names, *(self.rows[n] for n in kept)]
        widths = [min(_WIDTH, max(map(len, column))) for column in zip(*cells, strict=True)]
        lines, last = [_line(self.names, widths)], -1
        for n in kept:
            lines += [_same(n - last - 1)] * (n - last > 1)
            lines.append(_line(self.rows[n], widths))
            last = n
        return lines + [_same(len(self.rows) - last - 1)] * (len(self.rows) - last > 1)


def table(database: Sequence[str], others: Mapping[str, Sequence[str]]) -> Table:
    """Align each of the others with the database's order. others: the keys that each observer showed, by name."""
    # For each place in the database's order: what the others have there, and what only they have before it.
    there: list[dict[str, str]] = [{} for _ in database]
    extra: list[dict[str, list[str]]] = [{} for _ in range(len(database) + 1)]
    for name, keys in others.items():
        for tag, start, stop, own, end in SequenceMatcher(None, database, keys, autojunk=False).get_opcodes():
            if tag == "equal":
                for n in range(start, stop):
                    there[n][name] = database[n]
            else:
                extra[start].setdefault(name, []).extend(keys[own:end])
    rows: list[tuple[str, ...]] = []
    for n in range(len(database) + 1):
        for k in range(max(map(len, extra[n].values()), default=0)):
            cells = ((extra[n].get(name, [])[k : k + 1] or [MISSING])[0] for name in others)
            rows.append((MISSING, *cells))
        if n < len(database):
            rows.append((database[n], *(there[n].get(name, MISSING) for name in others)))
    return Table(("database", *others), tuple(rows))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    shown = (cell if len(cell) <= _WIDTH else cell[: _WIDTH - 1] + "…" for cell in cells)
    return "  ".join(cell.ljust(width) for cell, width in zip(shown, widths, strict=True)).rstrip()


def _same(count: int) -> str:
    return f"… {count} the same everywhere"
