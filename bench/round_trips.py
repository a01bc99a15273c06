"""How often a live verification of all schema tests waits for its server, counted on the wire."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bench.measure import ROUNDS, CouldNotRun, Row
from bench.relay import Relay
from bench.surroundings import python
from connect import paths
from connect.project import PROJECT, REPLICAS
from pgproof.paths import run_dir
from pgproof.postgres import acquire
from pgproof.postgres.templates import Templates
from pgproof.scripts import migration

if TYPE_CHECKING:
    from collections.abc import Iterator

_RUN = ("-m", "pytest", "-m", "schema", "--env", "prod", "--live", "-q")


def rows() -> Iterator[Row]:
    """Yield the counts of a run as connect_verifier on a replica that it takes for a live database.

    The run is alone first, and then has two workers.
    """
    with (
        closing(acquire(seed=PROJECT.seed)) as server,
        closing(Templates(server)) as templates,
        templates.clone(REPLICAS["prod"], "aligned") as conninfo,
    ):
        with psycopg.connect(conninfo, autocommit=True) as connection:
            migration.apply(connection, paths.SQL / "verifier_role.sql")
        alone = [_counted(conninfo) for _ in range(ROUNDS)]
        parallel = [_counted(conninfo, "-n", "2") for _ in range(ROUNDS)]
    yield Row("round trips after connecting", [each.round_trips for each in alone], "", bound=5)
    yield Row("  with two workers", [each.round_trips for each in parallel], "", bound=5)
    yield Row("connections, with two workers", [each.connections for each in parallel], "")
    yield Row("statements in these round trips", [each.statements for each in alone], "")


def _counted(conninfo: str, *options: str) -> Relay:
    parameters = conninfo_to_dict(conninfo)
    # In the run folder, because the length of a socket's path is limited.
    with tempfile.TemporaryDirectory(dir=run_dir()) as folder:
        relay = Relay(Path(folder), Path(str(parameters["host"])))
        with closing(relay):
            dsn = f"host={folder} user=connect_verifier dbname={parameters['dbname']}"
            python(*_RUN, *options, CONNECT_PROD_DSN=dsn)
    if not relay.connections:
        raise CouldNotRun("the live run did not come through the relay")
    return relay
