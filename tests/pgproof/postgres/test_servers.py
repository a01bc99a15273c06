"""Servers are shared by whoever wants the same one, end with their last user, and start only from whole caches."""

import os
import shutil
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from connect.project import PROJECT
from pgproof.postgres import binaries, cluster
from pgproof.postgres.leftovers import command_lines, left_over, running_in
from pgproof.timing import eventually, unit
from tests.pgproof.versions import require

SCHEMA = ("-m", "schema", "--env", "prod", "-q")
# pause() would miss a signal that comes right before it.
NEVER_ENDS = """
import signal

def test_waits(templates):
    print("holding", flush=True)
    while True:
        signal.sigtimedwait((), 0.05)
"""


@pytest.fixture
def holding(start, tmp_path):
    """Starts a run that holds a server until it is ended, and returns once it does."""

    def begin(**places):
        test = tmp_path / "test_holding.py"
        test.write_text(NEVER_ENDS)
        # A file of the suite beside it makes pytest load the suite's own fixtures.
        process = start(str(test), "tests/schema/test_triggers.py", "-s", **places)
        said = []
        for line in process.stdout:
            said.append(line)
            if line.strip().endswith("holding"):
                return process
        raise AssertionError("the run ended before it held a server: " + "".join(said))

    return begin


def test_runs_at_the_same_time_share_one_server(holding, own_places):
    """A second run finds the first one's server, and does not start another."""
    holding(**own_places)
    holding(**own_places)
    postmasters = [line for line in running_in(own_places) if "/postgres -D " in line and "unshare" not in line]
    assert len(postmasters) == 1, postmasters


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda how: how.name)
def test_a_killed_run_leaves_nothing_running(holding, own_places, how):
    """However a run ends, its server ends with it and its folder goes away."""
    process = holding(**own_places)
    assert running_in(own_places), "there is a server to be left behind"
    process.send_signal(how)
    process.wait(60 * unit())
    assert eventually(lambda: not running_in(own_places) and not left_over(own_places))


def test_a_server_outlives_the_run_that_started_it(holding, own_places):
    """The first run is killed; the second goes on with the server it shares."""
    first = holding(**own_places)
    second = holding(**own_places)
    first.kill()
    first.wait(60 * unit())
    assert any("/postgres -D " in line for line in running_in(own_places))
    second.kill()
    second.wait(60 * unit())
    assert eventually(lambda: not running_in(own_places))


def test_a_killed_supervisor_takes_its_server_along(holding, own_places, run):
    """Not even the supervisor's own death leaves a server; the next run removes its folder and starts anew."""
    holder = holding(**own_places)
    supervisors = [
        pid
        for pid, line in command_lines().items()
        if "supervisor.py" in line and own_places["CONNECT_RUN_DIR"] in line and "/postgres -D" not in line
    ]
    assert len(supervisors) == 1
    os.kill(supervisors[0], signal.SIGKILL)
    assert eventually(lambda: not running_in(own_places))
    holder.kill()
    assert run(*SCHEMA, **own_places).returncode == 0
    assert eventually(lambda: not left_over(own_places))


@pytest.mark.parametrize("moment", ["initdb", "tar", "postgres -D"])
def test_an_interrupted_first_run_leaves_no_half_made_cache(start, run, own_places, moment):
    """Ctrl-C while the cluster is being built: nothing runs on, and the next run builds it whole."""
    process = start(*SCHEMA, **own_places)
    assert eventually(lambda: any(moment in line for line in running_in(own_places)) or process.poll() is not None)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate()
    assert eventually(lambda: not running_in(own_places))
    done = run(*SCHEMA, **own_places)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_half_written_cluster_is_not_trusted(run, own_places):
    """What a killed build left behind under its partial name is removed, not used."""
    cache = Path(own_places["CONNECT_CACHE_DIR"])
    cache.mkdir(parents=True)
    (cache / "17-0123456789abcdef.partial").write_bytes(b"half")
    assert run(*SCHEMA, **own_places).returncode == 0
    assert [path.suffix for path in cache.iterdir() if path.name != "build.lock"] == [".tar"]


def test_a_damaged_cluster_is_refused_with_what_to_do(run, own_places):
    """A cache that was cut short by someone else says which file to remove."""
    assert run(*SCHEMA, **own_places).returncode == 0
    archive = next(Path(own_places["CONNECT_CACHE_DIR"]).glob("*.tar"))
    archive.write_bytes(archive.read_bytes()[: 1 << 20])
    done = run(*SCHEMA, **own_places)
    assert done.returncode == 4
    assert f"remove {archive}" in done.stderr
    assert not running_in(own_places)


def test_changed_sql_makes_another_cluster(tmp_path):
    """The name of the cached cluster follows from everything that went into it."""
    found = binaries.find(17)
    before = cluster._key(found, PROJECT.seed)
    copies = tuple(Path(shutil.copy(path, tmp_path)) for path in PROJECT.seed.files)
    copied = replace(PROJECT.seed, files=copies)
    assert cluster._key(found, copied) == before
    (tmp_path / "messaging.sql").write_text("-- changed")
    assert cluster._key(found, copied) != before


def test_a_full_file_system_is_named(run, own_places):
    """A full file system is called one, with the two settings that help."""
    unshare = shutil.which("unshare")
    full = Path(own_places["CONNECT_CACHE_DIR"])
    full.mkdir(parents=True)
    inside = [unshare, "--user", "--map-root-user", "--mount", "sh", "-c"]
    mount = f"mount -t tmpfs -o size=4m,mode=777 tmpfs {full}"
    if unshare is None or subprocess.run([*inside, mount], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let a test mount a small file system")
    done = run(*SCHEMA, wrapped=[*inside, f'{mount} && exec "$@"', "sh"], **own_places)
    assert done.returncode == 4, done.stdout + done.stderr
    assert "no space left for a server: free 256 MB in" in done.stderr
    assert not left_over(own_places)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user for its server")
@pytest.mark.parametrize("namespace", ["", "1"], ids=["user namespace", "the user nobody"])
def test_a_server_of_root_runs_below_a_closed_folder(run, own_places, namespace):
    """As root, and with everything below a folder that only root may enter, a server runs either way."""
    closed = Path(own_places["CONNECT_CACHE_DIR"]).parent
    assert closed.stat().st_mode & 0o077 == 0
    places = {"CONNECT_CACHE_DIR": own_places["CONNECT_CACHE_DIR"]} if namespace else own_places
    done = run(*SCHEMA, CONNECT_NO_USER_NAMESPACE=namespace, **places)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("major", binaries.SUPPORTED)
def test_the_schema_tests_pass_on_every_supported_version(run, major):
    """The schema tests pass on each PostgreSQL version that is installed here."""
    require(major)
    done = run("-m", "schema", "-q", "--pg-version", str(major))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"PostgreSQL {major}." in done.stdout.splitlines()[-1]


def test_a_container_has_the_replicas_and_is_gone_afterwards(run, docker, container_image):
    """With --postgres container the replicas run in a container, and it is gone afterwards."""
    done = run("-m", "schema", "-q", "--postgres", f"container:{container_image}")
    assert done.returncode == 0, done.stdout + done.stderr
    label = {"label": "connect-verification"}
    assert eventually(lambda: not docker.containers.list(all=True, filters=label))
