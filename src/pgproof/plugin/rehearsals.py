"""Rehearsals of any scripts within a test."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pgproof.plugin.options import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pgproof.rehearsal.findings import Result
    from pgproof.rehearsal.scratch_server import ScratchServer


@pytest.fixture(scope="session")
def scratch_server(pytestconfig: pytest.Config) -> Iterator[ScratchServer]:
    """A private server with nothing on it, for scripts that are not to be trusted with a shared one."""
    from pgproof.rehearsal.scratch_server import ScratchServer

    with closing(ScratchServer(pytestconfig.option.pg_version)) as server:
        yield server


@pytest.fixture(scope="session")
def supabase_server(pytestconfig: pytest.Config) -> Iterator[ScratchServer]:
    """A private server that begins with what a hosted Supabase project has; scripts run as the project's owner."""
    from pgproof.rehearsal.scratch_server import ScratchServer
    from pgproof.supabase import hosted

    with closing(ScratchServer(pytestconfig.option.pg_version, seed=hosted.seed(), owner=hosted.OWNER)) as server:
        yield server


@pytest.fixture
def rehearse(request: pytest.FixtureRequest, pytestconfig: pytest.Config) -> Callable[..., Result]:
    """Rehearses scripts, and returns the result: its findings, and its exit_code, 0 where they are safe and reversible.

    baseline, up, down: paths below pytest's rootdir, in their order. more: as pgproof.rehearsal.Config has it.
    """
    from pgproof import rehearsal

    def paths(given: Sequence[str | Path]) -> list[Path]:
        return [Path(pytestconfig.rootpath, each) for each in given]

    def hold(
        baseline: Sequence[str | Path], up: Sequence[str | Path], down: Sequence[str | Path] = (), **more: Any
    ) -> Result:
        asked = {"supabase": False, "sizes": (), "hooks": pytestconfig.stash[PROJECT].hooks, **more}
        server = request.getfixturevalue("supabase_server" if asked["supabase"] else "scratch_server")
        return rehearsal.rehearse(rehearsal.Config(paths(baseline), paths(up), paths(down), **asked), server)

    return hold
