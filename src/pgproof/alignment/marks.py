"""The mark that each script leaves: what was applied, by whom and when, so that only that is ever taken back."""

from __future__ import annotations

from pgproof.catalog import MARK
from pgproof.catalog.statements.aligned import literal

# With this comment the catalog does not count a schema as a part of the project.
SCHEMA = "alignment_marks"
_TABLE = f"{SCHEMA}.applied"
_COMMENT = f"{MARK}what align has applied; the last script of down/ removes it"

_CREATE = f"""\
    CREATE SCHEMA {SCHEMA};
    COMMENT ON SCHEMA {SCHEMA} IS {literal(_COMMENT)};
    CREATE TABLE {_TABLE} (
      alignment text NOT NULL,
      file text NOT NULL,
      finished boolean NOT NULL,
      applied_by name NOT NULL DEFAULT session_user,
      applied_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
      PRIMARY KEY (alignment, file));"""
MAKE = f"""\
  IF pg_catalog.to_regclass('{_TABLE}') IS NULL THEN
{_CREATE}
  END IF;"""
# What a subscriber needs before the first mark, which a publication of all tables sends to it.
ON_SUBSCRIBERS = "\n".join(line.removeprefix("    ") for line in _CREATE.splitlines())
NOT_ON_SUBSCRIBERS = f"DROP SCHEMA {SCHEMA} CASCADE;"


def _is_there(alignment: str, file: str, more: str = "") -> str:
    return f"EXISTS (SELECT FROM {_TABLE} WHERE alignment = {literal(alignment)} AND file = {literal(file)}{more})"


def unless_applied(alignment: str, file: str) -> str:
    """Return the beginning of an up script's block: it ends there if the script was applied."""
    return f"""{MAKE}
  IF {_is_there(alignment, file, " AND finished")} THEN
    RAISE NOTICE {literal(f"✓ {file} is already applied; nothing was changed")};
    RETURN;
  END IF;"""


def after(alignment: str, before: str) -> str:
    """Return what refuses to run an up script while the one before it is not applied."""
    return f"""\
  IF NOT {_is_there(alignment, before, " AND finished")} THEN
    RAISE EXCEPTION {literal(f"{before} comes before this script and is not applied")}
      USING HINT = {literal(f"Nothing was changed. Run up/{before} first.")};
  END IF;"""


def add(alignment: str, file: str, *, finished: bool = True) -> str:
    """Return the statement that leaves a mark."""
    values = f"{literal(alignment)}, {literal(file)}, {'true' if finished else 'false'}"
    return f"  INSERT INTO {_TABLE} (alignment, file, finished) VALUES ({values});"


def finish(alignment: str, file: str) -> str:
    """Return the statement that says of a begun script that it is applied."""
    return (
        f"  UPDATE {_TABLE} SET finished = true, applied_at = pg_catalog.now()"
        f" WHERE alignment = {literal(alignment)} AND file = {literal(file)} AND NOT finished;"
    )


def unless_begun(alignment: str, file: str) -> str:
    """Return the condition that a script has no mark at all."""
    return f"NOT {_is_there(alignment, file)}"


def only_if_next(alignment: str, file: str, before: str | None) -> str:
    """Return what ends a block unless this up script is the next to be applied. before: the one before it, if any."""
    other = f"{_is_there(alignment, file, ' AND finished')}"
    if before is not None:
        other += f" OR NOT {_is_there(alignment, before, ' AND finished')}"
    nothing = "NULL;" if before is None else "RETURN;"
    return (
        f"  IF pg_catalog.to_regclass('{_TABLE}') IS NULL THEN\n    {nothing}\n"
        f"  ELSIF {other} THEN\n    RETURN;\n  END IF;"
    )


def only_if_applied(alignment: str, file: str, later: str | None) -> str:
    """Return the beginning of a down script's block. later: the next up script, which has to be undone before."""
    nothing = f"RAISE NOTICE {literal(f'✓ {file} was not applied; there is nothing to take back')};\n    RETURN;"
    lines = [
        f"  IF pg_catalog.to_regclass('{_TABLE}') IS NULL THEN\n    {nothing}\n  END IF;",
        f"  IF {unless_begun(alignment, file)} THEN\n    {nothing}\n  END IF;",
    ]
    if later is not None:
        lines.append(
            f"  IF {_is_there(alignment, later)} THEN\n"
            f"    RAISE EXCEPTION {literal(f'{later} was applied after this script and is not taken back')}\n"
            f"      USING HINT = {literal(f'Nothing was changed. Run down/{later} first.')};\n  END IF;"
        )
    return "\n".join(lines)


def remove(alignment: str, file: str) -> str:
    """Return the statements that take a mark away, and with the last one the place of marks."""
    return f"""\
  DELETE FROM {_TABLE} WHERE alignment = {literal(alignment)} AND file = {literal(file)};
  IF NOT EXISTS (SELECT FROM {_TABLE}) THEN
    DROP TABLE {_TABLE};
    DROP SCHEMA {SCHEMA};
  END IF;"""
