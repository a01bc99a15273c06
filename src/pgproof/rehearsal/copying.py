"""Reads the schema of a live database, as the baseline of a rehearsal: by pg_dump, after the read-only check.

What pg_dump may not lock, such as the platform's own tables, is put together from the system catalogs. Rows, passwords
and the settings of roles are never read, except the search path that a migration has.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pgproof import catalog
from pgproof.errors import UsageError
from pgproof.postgres import binaries, live
from pgproof.scripts import script
from pgproof.secret import Secret
from pgproof.timing import unit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from pgproof.catalog import Catalog
    from pgproof.environments import Environment
    from pgproof.hooks import Hooks
    from pgproof.scripts.script import Statement

_FOLDER = Path(__file__).parent
_DUMP_SECONDS = 120
_LOCK_SECONDS = 2
# Of the role that migrates a Supabase project; the more specific setting wins.
_SEARCH_PATH = """
SELECT substr(o, length('search_path=') + 1)
FROM pg_db_role_setting s, unnest(s.setconfig) o
WHERE s.setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = 'postgres'))
  AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
  AND o LIKE 'search\\_path=%'
ORDER BY s.setrole <> 0 DESC, s.setdatabase <> 0 DESC LIMIT 1
"""
_MAY_DO_ALL = "SELECT rolsuper FROM pg_roles WHERE rolname = 'postgres'"
# What the server itself estimates; no table is read.
_ROWS = """
SELECT format('%I.%I', n.nspname, c.relname), c.reltuples::bigint
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND c.reltuples >= 0 AND n.nspname NOT IN ('pg_catalog', 'information_schema')
"""


@dataclass(frozen=True)
class Copy:
    """The schema of a live database.

    name: of its environment. major: version of its server. statements: of the dump. stand_ins: create the tables in
    closed, which the dump leaves out. settings: of a migration's session there. by_superuser: whether a superuser runs
    migrations there. warnings: of pg_dump. rows: the server's estimates, by relation. database: its own name there.
    """

    name: str
    major: int
    catalog: Catalog = field(repr=False)
    roles: tuple[Statement, ...] = field(repr=False)
    statements: tuple[Statement, ...] = field(repr=False)
    stand_ins: tuple[Statement, ...] = field(repr=False)
    closed: tuple[str, ...]
    settings: dict[str, str]
    by_superuser: bool
    warnings: tuple[str, ...]
    rows: dict[str, int] = field(default_factory=dict, repr=False)
    database: str = ""


def read(
    environment: Environment,
    hooks: Hooks,
    version: int | None = None,
    *,
    at_least: int = 0,
    connect: Callable[[Environment, Hooks], AbstractContextManager[psycopg.Connection[Any]]] = live.connect,
) -> Copy:
    """Return the schema of a live database, read in one snapshot.

    version: major, of pg_dump; by default the live server's, or at_least if that is newer. connect: opens the read-only
    transaction; by default one that proves first that the role can only read. Raises UsageError if the database cannot
    be reached, could be written, or is newer than version, and if pg_dump is missing or fails.
    """
    name = environment.name
    with connect(environment, hooks) as connection:
        major = connection.info.server_version // 10000
        program = _pg_dump(name, major, version or max(major, at_least))
        found = catalog.read(connection)
        roles = [statement for (statement,) in connection.execute(_query("roles"))]
        stand_ins = connection.execute(_query("stand_ins")).fetchall()
        path = connection.execute(_SEARCH_PATH).fetchone()
        by_superuser = connection.execute(_MAY_DO_ALL).fetchone() == (True,)
        rows = dict(connection.execute(_ROWS).fetchall())
        (database,) = connection.execute("SELECT current_database()").fetchone() or ("",)
        snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        left_out = dict.fromkeys(pattern for _, pattern, _ in stand_ins)
        options = [f"--snapshot={snapshot[0]}", *(f"--exclude-table={pattern}" for pattern in left_out)]
        text, warnings = _dump(environment, program, options)
    return Copy(
        name,
        major,
        found,
        _statements(name, ";\n".join(roles)),
        _statements(name, text),
        _statements(name, ";\n".join(statement for _, _, statement in stand_ins)),
        tuple(dict.fromkeys(table for table, _, _ in stand_ins)),
        {"search_path": path[0]} if path else {},
        by_superuser,
        tuple(warnings),
        rows,
        database,
    )


def _query(name: str) -> bytes:
    return (_FOLDER / f"{name}.sql").read_bytes()


def _statements(name: str, text: str) -> tuple[Statement, ...]:
    return script.parse(Path(f"live:{name}"), text).statements if text else ()


def _pg_dump(name: str, major: int, version: int) -> Path:
    if version < major:
        raise UsageError(
            f"{name}: a database of PostgreSQL {major} cannot be rehearsed on PostgreSQL {version};"
            f" leave out --pg-version, or use {major} or newer"
        )
    program = binaries.find(version).bin_dir / "pg_dump"
    if not program.exists():
        raise UsageError(f"there is no pg_dump in {program.parent}; install PostgreSQL {version}'s client programs")
    return program


def _dump(environment: Environment, program: Path, options: Sequence[str]) -> tuple[str, list[str]]:
    """Return what pg_dump wrote, and its warnings."""
    name, seconds = environment.name, round(_DUMP_SECONDS * unit())
    dsn, secrets = handed_over(environment)
    fixed = ["--schema-only", "--no-password", f"--lock-wait-timeout={_LOCK_SECONDS}s"]
    command = [str(program), *fixed, *options, "-d", dsn]
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **secrets, "LC_ALL": "C", "PGCLIENTENCODING": "UTF8"},
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        raise UsageError(f"{name}: pg_dump did not end within {seconds} s; set CONNECT_TIME_UNIT above 1") from None
    said = [line.removeprefix("pg_dump: ") for line in done.stderr.decode(errors="replace").splitlines()]
    if done.returncode != 0:
        why = next((line for line in said if line.startswith("error: ")), "it gave no reason").removeprefix("error: ")
        advice = "; something holds a lock there, try again" if "statement timeout" in why else ""
        raise UsageError(f"{name}: pg_dump cannot copy the schema: {why}{advice}")
    return done.stdout.decode(), said


def handed_over(environment: Environment) -> tuple[str, dict[str, str]]:
    """Split a live environment's DSN into a connection string without secrets, and environment variables with them.

    A process list shows the former only. Raises UsageError for a secret that libpq takes from no variable.
    """
    assert environment.dsn is not None, "only a live environment can be copied"
    parameters = {key: str(value) for key, value in conninfo_to_dict(environment.dsn.get_secret_value()).items()}
    secrets: dict[str, str] = {}
    for option in psycopg.pq.Conninfo.get_defaults():
        keyword = option.keyword.decode()
        # The asterisk marks what libpq itself would not show.
        if keyword in parameters and option.dispchar == b"*":
            if option.envvar is None:
                raise UsageError(f"{environment.dsn_variable}: pg_dump cannot be given {keyword}; use a DSN without it")
            secrets[option.envvar.decode()] = Secret(parameters.pop(keyword))
    return make_conninfo("", **parameters), secrets
