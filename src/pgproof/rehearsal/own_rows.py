"""Rows for the tables that a baseline leaves empty: on an empty one nearly everything succeeds and nothing is lost.

PostgreSQL accepts the rows, but a project's own may differ. So if the up scripts fail because of them, and would fail
on any row, that is a finding; if it depends on the row, the rehearsal says what to look for, and goes on with fewer.
"""

from __future__ import annotations

import re
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pgproof.rehearsal import touching
from pgproof.rehearsal.steps import apply

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import psycopg

    from pgproof.filling import Filled
    from pgproof.rehearsal.findings import Result
    from pgproof.rehearsal.scratch_server import ScratchServer
    from pgproof.scripts.running import Failure
    from pgproof.scripts.script import Script

# Beyond what scripts usually insert.
_FIRST = 7001
# What a table gets.
_KINDS = ("full", "full", "null", "twin", "large")
# What is left out first where it is in the way, by the server's error; where that does not help, whatever is unusual.
_IN_THE_WAY = {
    "23502": ("null",),
    "23505": ("twin",),
    "23514": ("large", "null"),
    "22001": ("large",),
    "22003": ("large",),
}
_UNUSUAL = {"large", "null", "twin"}
_ROUNDS = 16
_COLUMNS = """
SELECT n.nspname || '.' || c.relname, array_agg(a.attname::text)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped GROUP BY 1
"""
_KEY = re.compile(r"^Key \((.+?)\)=")
_NEW_COLUMN = (
    "give the column a default, or add it without NOT NULL, fill it, and set NOT NULL afterwards; if the table is"
    " empty wherever this runs, rehearse with --no-rows"
)


@dataclass
class _Trial:
    """The rows that are tried.

    kinds: what each table gets that does not get all of _KINDS, by its plain name. filled: what came of the last
    fill(). columns: of each table before the up scripts.
    """

    ups: Sequence[Script]
    scripts: Sequence[Script]
    kinds: dict[str, tuple[str, ...]]
    filled: Filled | None = None
    columns: dict[str, list[str]] | None = None

    def fill(self, connection: psycopg.Connection[Any]) -> None:
        from pgproof import filling

        self.columns = dict(connection.execute(_COLUMNS).fetchall())
        tables = [
            each
            for each in filling.empty(connection, filling.listed(connection))
            if touching.concerns(each.name, self.scripts)
        ]
        plain = {each.name: each.plain for each in tables}
        # Whoever inserts rows with fixed keys knows that they are not there yet.
        self.kinds |= {each.plain: () for each in tables if touching.inserts_into(each.name, self.ups)}
        closed = {each.name for each in tables if not self.kinds.get(each.plain, _KINDS)}
        self.filled = filling.fill(
            connection,
            tables,
            first=_FIRST,
            rows=lambda name: self.kinds.get(plain[name], _KINDS),
            closed=closed,
        )


def bare(connection: psycopg.Connection[Any]) -> set[str]:
    """Return the tables that hold no row, such as "public.notes", those of the platform, too."""
    from pgproof import filling

    return {each.plain for each in filling.empty(connection, filling.listed(connection))}


@contextmanager
def added(
    server: ScratchServer, base: str, ups: Sequence[Script], downs: Sequence[Script], result: Result
) -> Iterator[tuple[str, Failure | None]]:
    """Yield the name of a database, the baseline with rows in its empty tables, and how the up scripts must fail there.

    The failure is None unless any row would cause it. The result is told what was added, and what it leaves open.
    """
    trial = _Trial(ups, [*ups, *downs], {})
    with ExitStack() as kept:
        name, failure = base, None
        suspected: Failure | None = None
        had: dict[str, tuple[str, ...]] = {}
        for round_ in range(_ROUNDS):
            stack = kept.enter_context(ExitStack())
            name = stack.enter_context(server.made(base, trial.fill))
            assert trial.filled is not None
            if not trial.filled.added:
                break
            failure = _failure(server, name, ups)
            if suspected is not None and _place(failure) != _place(suspected):
                # Unusual rows were in the way, after all: those alone of the kind that was.
                _tell(suspected, result)
                trial.kinds = had
                _lower(trial, suspected, last=False)
                suspected = failure = None
                stack.close()
                continue
            if suspected is None and failure is not None and round_ < _ROUNDS - 3 and _is_certain(failure, trial):
                # A new column is filled from others, which may be NULL or twice in unusual rows alone.
                had = dict(trial.kinds)
                if _thin(trial, failure):
                    suspected, failure = failure, None
                    stack.close()
                    continue
            if failure is None or _is_certain(failure, trial) or (not round_ and _failure(server, base, ups)):
                break
            _tell(failure, result)
            _lower(trial, failure, last=round_ == _ROUNDS - 2)
            failure = None
            stack.close()
        _say(trial, result)
        yield name, failure if failure is not None and _is_certain(failure, trial) else None


def _tell(failure: Failure, result: Result) -> None:
    told = _told(failure)
    if told not in result.undecided and failure.statement.kind != "InsertStmt":
        result.undecided.append(told)


def _place(failure: Failure | None) -> tuple[object, int, str | None] | None:
    return None if failure is None else (failure.statement.path, failure.line, failure.sqlstate)


def _thin(trial: _Trial, failure: Failure) -> bool:
    """Leave the table of a failure with its usual rows. Return False if it had no others."""
    assert trial.filled is not None
    table = _table(failure)
    kinds = trial.kinds.get(table or "", _KINDS)
    if table not in trial.filled.added or not _UNUSUAL & set(kinds):
        return False
    trial.kinds[table] = tuple(each for each in kinds if each not in _UNUSUAL)
    return True


def _failure(server: ScratchServer, base: str, ups: Sequence[Script]) -> Failure | None:
    with server.clone(base) as database:
        for script in ups:
            ran = apply(database, script)
            if ran.failure is not None:
                return ran.failure
    return None


def _is_certain(failure: Failure, trial: _Trial) -> bool:
    """Return whether any row fails like that: a column that the table did not have before is NULL, or the same, in all.

    The sources are the fields of PostgreSQL's error.
    """
    diag, table = failure.diag, _table(failure)
    had = (trial.columns or {}).get(table or "")
    if diag is None or had is None:
        return False
    if diag.column_name:
        return failure.sqlstate == "23502" and diag.column_name not in had
    key = _key(failure)
    # A key may be an expression, whose words are not only columns.
    return key is not None and not any(re.search(rf"(?<!\w){re.escape(each)}(?!\w)", key) for each in had)


def _key(failure: Failure) -> str | None:
    """Return the columns of a key that PostgreSQL names in an error."""
    found = _KEY.match(failure.diag.message_detail or "") if failure.diag is not None else None
    return None if found is None else found[1]


def _table(failure: Failure) -> str | None:
    """Return the table that PostgreSQL names in an error, with its schema."""
    diag = failure.diag
    return f"{diag.schema_name}.{diag.table_name}" if diag is not None and diag.table_name else None


def _lower(trial: _Trial, failure: Failure, *, last: bool) -> None:
    """Give fewer rows to the table in which they were in the way, to all that have some if that is not known."""
    assert trial.filled is not None
    table = _table(failure)
    blamed = [table] if table in trial.filled.added and not last else list(trial.filled.added)
    for each in blamed:
        trial.kinds[each] = () if last else _fewer(trial.kinds.get(each, _KINDS), failure.sqlstate)


def _fewer(kinds: tuple[str, ...], sqlstate: str | None) -> tuple[str, ...]:
    for unwanted in (*({each} for each in _IN_THE_WAY.get(sqlstate or "", ())), _UNUSUAL):
        fewer = tuple(each for each in kinds if each not in unwanted)
        if fewer != kinds:
            return fewer
    return kinds[:-1]


def _told(failure: Failure) -> str:
    table, diag = _table(failure), failure.diag
    where = f"{failure.statement.path}:{failure.line}"
    look = "look for such rows before"
    if table and diag is not None and failure.sqlstate == "23502" and diag.column_name:
        look = f"look before: SELECT count(*) FROM {table} WHERE {diag.column_name} IS NULL"
    elif table and failure.sqlstate == "23505" and (key := _key(failure)):
        look = f"look before: SELECT {key}, count(*) FROM {table} GROUP BY {key} HAVING count(*) > 1"
    held = f"rows that {table} can hold" if table else "rows that the tables can hold"
    return (
        f"{where} fails on {held} ({failure.message}); the baseline has none, so it is not known whether yours do:"
        f" {look}, or rehearse with rows in the baseline"
    )


def _say(trial: _Trial, result: Result) -> None:
    filled = trial.filled
    if filled is None:
        return
    if filled.added:
        result.notes.append(
            f"the baseline leaves these tables empty, so they got a few rows: {', '.join(filled.added)}"
        )
    for table, why in filled.unfit.items():
        if table in trial.kinds:
            continue
        if touching.needs_rows_of(table, trial.scripts):
            result.undecided.append(
                f"no row could be made for {table} ({why}), and what the scripts do there depends on its rows:"
                " put some into the baseline"
            )
        else:
            result.notes.append(f"no row could be made for {table} ({why})")


def explain(result: Result, failure: Failure) -> None:
    """Add to the finding on a failure that any row would cause it, and what to do."""
    table = _table(failure)
    where = str(failure.statement.path), failure.line
    result.findings = [
        replace(
            each,
            what=f"{each.what} (as on any row of {table}; the baseline has none, so the rehearsal made some)",
            advice=_NEW_COLUMN,
        )
        if each.name == "fails" and (each.file, each.line) == where
        else each
        for each in result.findings
    ]
