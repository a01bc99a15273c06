"""The text of a guard: a DO block that looks for rows, and refuses them with their number and the first ones' names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pgproof.alignment import texts
from pgproof.catalog.statements.aligned import literal

if TYPE_CHECKING:
    from pgproof.alignment.guards.tables import Table

MOST = 10
# Up to so many pages rows are counted for a notice; that takes a moment.
_COUNTED = 1000
_UNCHANGED = "which has changed nothing so far"
_AGAIN = f"then run this script again, {_UNCHANGED}"
# Where the script itself has to be another one.
REALIGN = f"then run align again instead of this script, {_UNCHANGED}"
# On the way back nothing is planned anew.
WITHOUT = f"then take its statement out of this script, {_UNCHANGED}"
# What a value that does not fit ends with: an input function, a cast, a domain, a function that refuses.
_REFUSED = "data_exception OR integrity_constraint_violation OR cannot_coerce OR raise_exception"
_TAG = "guard"
_LABEL = "pgproof_guard"
_BEGIN = """\
#variable_conflict use_column
DECLARE
  bad_count bigint;
  bad_rows text;
BEGIN
  -- A policy must not hide a row from this: then it is an error.
  PERFORM pg_catalog.set_config('row_security', 'off', true);
"""
_END = """\
  IF bad_count > 0 THEN
    RAISE EXCEPTION {message}, bad_count, bad_rows
      USING ERRCODE = {code}, HINT = {hint};
  END IF;
END"""


@dataclass(frozen=True)
class Refusal:
    """Rows that a step could not take.

    bad: the condition that they meet, as SQL. what: it in words, after "table has 3 row(s)". code: of the error that
    the step itself would end with. remedy: what to do, as the beginning of a sentence, and then: how that goes on.
    source: what stands in FROM, if not the table alone; then named and sorted_by are what names and sorts its rows.
    """

    table: Table
    bad: str
    what: str
    code: str
    remedy: str
    then: str = _AGAIN
    source: str | None = None
    named: str = ""
    sorted_by: str = ""

    def text(self) -> str:
        """Return the block."""
        rows = f"FROM {self.source or self.table.rows}\n    WHERE {self.bad}"
        return refusing(
            f"  SELECT count(*) INTO bad_count\n    {rows};\n"
            "  IF bad_count > 0 THEN\n"
            "    SELECT string_agg(name, ', ') INTO bad_rows FROM (\n"
            f"      SELECT {self.named or self.table.row} AS name\n    {rows}\n"
            f"      ORDER BY {self.sorted_by or self.table.place} LIMIT {MOST}\n"
            "    ) AS bad;\n"
            "  END IF;\n",
            self.table,
            self.what,
            self.code,
            self.remedy,
            then=self.then,
        )


@dataclass(frozen=True)
class Duplicates:
    """Rows that share what must be unique. terms: the expressions that are. where: which rows count, "" for all."""

    table: Table
    terms: tuple[str, ...]
    where: str
    what: str

    def text(self) -> str:
        """Return the block."""
        # Grouped by names of our own: in GROUP BY a number is a place in the list, and another constant an error.
        named = [f"term_{number}" for number in range(len(self.terms))]
        terms = "".join(f", {term} AS {name}" for term, name in zip(self.terms, named, strict=True))
        at = self.table.alias
        rows = f"SELECT {self.table.row} AS row_name, {at}.tableoid AS part, {at}.ctid AS place{terms}"
        groups = (
            f"FROM (\n        {rows}\n        FROM {self.table.rows}"
            + (f"\n        WHERE {self.where}" if self.where else "")
            + f"\n      ) AS terms GROUP BY {', '.join(named)} HAVING count(*) > 1"
        )
        names = "(array_agg(row_name ORDER BY part, place))[1:3]"
        return refusing(
            f"  SELECT sum(same) INTO bad_count FROM (\n      SELECT count(*) AS same\n      {groups}\n"
            "  ) AS duplicates;\n"
            "  IF bad_count > 0 THEN\n"
            "    SELECT string_agg(names, '; ') INTO bad_rows FROM (\n"
            f"      SELECT array_to_string({names}, ' and ') AS names\n      {groups}\n"
            f"      ORDER BY names LIMIT {MOST}\n"
            "    ) AS bad;\n"
            "  END IF;\n",
            self.table,
            f"with the same {self.what} as another one",
            "unique_violation",
            "Decide which of them stays, change or delete the others",
        )


@dataclass(frozen=True)
class Attempt:
    """Values that an expression must take without an error; how many do not is only known for the first ones.

    value: the expression as SQL, over the table's own columns.
    """

    table: Table
    value: str
    what: str
    remedy: str

    def text(self) -> str:
        """Return the block, which tries all rows at once, and each by itself only where that fails."""
        at = self.table.alias
        identity, what = texts.escaped(self.table.identity), texts.escaped(self.what)
        message = literal(f"{identity} has at least % row(s) {what}: %")
        return texts.block(
            "#variable_conflict use_column\n"
            # In a query only what has its label is a variable for sure: a table or column may have any name.
            f"<<{_LABEL}>>\nDECLARE\n"
            "  bad_rows text[] := '{}';\n"
            "  one record;\n"
            "BEGIN\n"
            "  -- A policy must not hide a row from this: then it is an error.\n"
            "  PERFORM pg_catalog.set_config('row_security', 'off', true);\n"
            "  BEGIN\n"
            f"    PERFORM count(({self.value})) FROM {self.table.rows};\n"
            "    RETURN;\n"
            f"  EXCEPTION WHEN {_REFUSED} THEN\n"
            "    NULL;\n"
            "  END;\n"
            f"  FOR one IN\n    SELECT {self.table.row} AS name, {at}.tableoid AS part, {at}.ctid AS place\n"
            f"    FROM {self.table.rows} ORDER BY {self.table.place}\n"
            "  LOOP\n"
            "    BEGIN\n"
            f"      PERFORM ({self.value}) FROM {self.table.rows}\n"
            f"        WHERE {at}.tableoid = {_LABEL}.one.part AND {at}.ctid = {_LABEL}.one.place;\n"
            f"    EXCEPTION WHEN {_REFUSED} THEN\n"
            "      bad_rows := bad_rows || format('%s (%s)', one.name, SQLERRM);\n"
            f"      EXIT WHEN cardinality(bad_rows) >= {MOST};\n"
            "    END;\n"
            "  END LOOP;\n"
            "  IF bad_rows <> '{}' THEN\n"
            f"    RAISE EXCEPTION {message}, cardinality(bad_rows), array_to_string(bad_rows, ', ')\n"
            f"      USING ERRCODE = 'data_exception', HINT = {literal(f'{self.remedy}, {_AGAIN}.')};\n"
            "  END IF;\n"
            "END",
            _TAG,
        )


@dataclass(frozen=True)
class Loss:
    """Rows or values that a step takes away, as the user has allowed: they are told. bad: which, as SQL."""

    table: Table
    bad: str
    what: str

    def text(self) -> str:
        """Return the block."""
        where = f"\n    WHERE {self.bad}" if self.bad else ""
        identity, what = texts.escaped(self.table.identity), texts.escaped(self.what)
        table = f"{literal(self.table.identity)}::regclass"
        return texts.block(
            "#variable_conflict use_column\n"
            "DECLARE\n"
            "  lost bigint;\n"
            "  size bigint;\n"
            "BEGIN\n"
            "  PERFORM pg_catalog.set_config('row_security', 'off', true);\n"
            f"  WITH RECURSIVE parts (oid) AS (SELECT {table}::oid UNION SELECT i.inhrelid\n"
            "      FROM pg_catalog.pg_inherits i JOIN parts ON i.inhparent = parts.oid)\n"
            "    SELECT sum(pg_catalog.pg_relation_size(c.oid)), CASE WHEN bool_and(c.reltuples >= 0)"
            " THEN sum(c.reltuples) END INTO size, lost\n"
            "    FROM parts JOIN pg_catalog.pg_class c ON c.oid = parts.oid WHERE c.relkind <> 'p';\n"
            # Nobody waits for rows to be counted that go anyway.
            f"  IF size > {_COUNTED} * 8192 AND lost IS NULL THEN\n"
            f"    RAISE NOTICE {literal(f'{identity}: {what} of rows that were never counted will be gone, in %')},\n"
            "      pg_catalog.pg_size_pretty(size);\n"
            "    RETURN;\n"
            f"  ELSIF size > {_COUNTED} * 8192 THEN\n"
            f"    RAISE NOTICE {literal(f'{identity}: {what} of about % row(s) will be gone (an estimate)')}, lost;\n"
            "    RETURN;\n"
            "  END IF;\n"
            f"  SELECT count(*) INTO lost FROM {self.table.rows}{where};\n"
            "  IF lost > 0 THEN\n"
            f"    RAISE NOTICE {literal(f'{identity}: {what} of % row(s) will be gone')}, lost;\n"
            "  END IF;\n"
            "END",
            _TAG,
        )


class Guard(Protocol):
    """Anything that has the text of a guard."""

    def text(self) -> str:
        """Return the block."""
        ...


def refusing(
    look: str, table: Table, what: str, code: str, remedy: str, *, counted: str = "row(s)", then: str = _AGAIN
) -> str:
    """Return a block that looks for bad_count and bad_rows, and raises an error if there are any.

    look: its statements. what: is wrong, in words after "table has 3 row(s)". code: the name of an error of PostgreSQL.
    remedy: what to do, as the beginning of a sentence, and then: how that goes on.
    """
    message = literal(f"{texts.escaped(table.identity)} has % {counted} {texts.escaped(what)}: %")
    hint = literal(f"{remedy}, {then}.")
    return texts.block(_BEGIN + look + _END.format(message=message, code=literal(code), hint=hint), _TAG)
