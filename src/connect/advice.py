"""How a person reads what two environments differ in, and what to run where to align them."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from pgproof.scrub import STARS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from connect.alignment import Misalignment

_PENDING = "What the migration brings about and was not run yet:"
_ALL_ALONG = "No script of sql/ aligns this. Decide which is right. To make them the same:"
_LONG = "Statements of several lines:"
# So many statements stand beside the difference, a line each; all else comes last, so that it buries nothing.
_FEW = 3
_NEEDS_VALUES = re.compile(r" ADD COLUMN (?!.* (?:DEFAULT|GENERATED) ).* NOT NULL;$", re.MULTILINE)


def page(found: Iterable[Misalignment]) -> str:
    """Return the text of a failure: what scripts align, then what was different all along, then long statements.

    found: in the order of alignment.between(). A long statement begins in the first column, since spaces before its
    lines would be part of a function's body.
    """
    every = list(found)
    scripts, rest = [each for each in every if each.script], [each for each in every if not each.script]
    lines = [*_pending(scripts), *_all_along(rest)]
    long = {each.statement: each for each in rest if _is_long(each)}
    if long:
        lines += ["", _LONG]
    for statement, each in long.items():
        lines += [f"-- in {each.where}, for {_object(each)}", statement or ""]
    return "\n".join(lines)


def _pending(scripts: list[Misalignment]) -> Iterator[str]:
    if scripts:
        yield _PENDING
    for (script, where), group in groupby(scripts, lambda each: (each.script, each.where)):
        for table, differences in groupby(group, lambda each: each.table):
            yield f"  {table}"
            yield from (f"    {each.text}" for each in differences)
        yield f"    to do: run sql/{script} in {where}, then verify again"


def _all_along(rest: list[Misalignment]) -> Iterator[str]:
    if rest:
        yield _ALL_ALONG
    for table, differences in groupby(rest, lambda each: each.table):
        yield f"  {table}"
        for _, one in groupby(differences, _object):
            same = list(one)
            yield from (f"    {each.text}" for each in same)
            yield from dict.fromkeys(line for each in same for line in _advice(each))


def _object(each: Misalignment) -> str:
    return each.text.partition(": ")[0]


def _is_long(each: Misalignment) -> bool:
    lines = (each.statement or "").splitlines()
    return len(lines) > _FEW or any(not line.endswith(";") for line in lines)


def _advice(each: Misalignment) -> Iterator[str]:
    """Yield the lines on what to do. What only one environment has is never to be dropped in the first place."""
    if each.statement is None:
        yield f"      no statement is offered for this; make it the same by hand in {each.where}"
    elif _is_long(each):
        yield f"      in {each.where}: the statement for {_object(each)} below"
    else:
        yield from (f"      in {each.where}: {line}" for line in each.statement.splitlines())
        if _NEEDS_VALUES.search(each.statement):
            yield f"      if the table has rows in {each.where}: add it without NOT NULL, fill it, then set NOT NULL"
    if STARS in (each.statement or ""):
        yield f"      {STARS} stands for what may be a secret: put it there before you run this"
    if each.only is not None:
        yield f"      or {'revoke' if each.kind == 'grant' else 'drop'} it in {each.only}"
