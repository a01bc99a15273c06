"""However a stack ends, it leaves no process, no socket and no folder."""

import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.sync.client import connect

from connect import paths
from connect.embedded_stack import running, stack_command
from connect.processes import clean_environment
from pgproof.postgres.leftovers import left_over, running_in
from pgproof.timing import eventually, unit
from tests.ports import kept_port
from tests.stack.auth.fix_sign_in import Caller, refused

HOLDS = """
import signal
from connect.embedded_stack import running
with running("prod") as stack:
    print(stack.api_url, flush=True)
    signal.pause()
"""

# SSLRequest of PostgreSQL's protocol, to which a server without TLS says N.
ASKS_FOR_TLS = bytes([0, 0, 0, 8, 4, 210, 22, 47])


@pytest.fixture
def places(own_places):
    """A run folder of the test's own; the cached cluster is everybody's."""
    return {"CONNECT_RUN_DIR": own_places["CONNECT_RUN_DIR"]}


def has_left_nothing(places):
    return not running_in(places) and not left_over(places)


def is_closed(url):
    """Whether nobody listens there any more."""
    address = urlsplit(url)
    with socket.socket() as visitor:
        return visitor.connect_ex((address.hostname, address.port)) != 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
def test_a_signal_ends_it_with_code_0(own_stack, places, how):
    """It says goodbye to who listens, and ends with code 0 though a request is half sent."""
    stack = own_stack("prod", **places)
    assert running_in(places), "there is a server to be left behind"
    address = urlsplit(stack.api_url)
    socket_url = f"ws://{address.netloc}/realtime/v1/websocket?apikey={stack.anon_key}"
    with connect(socket_url) as listening, socket.create_connection((address.hostname, address.port)) as half:
        head = f"POST /auth/v1/signup HTTP/1.1\r\nHost: x\r\napikey: {stack.anon_key}\r\nContent-Length: 9\r\n\r\n"
        half.sendall(head.encode() + b"{")
        stack.process.send_signal(how)
        with pytest.raises(ConnectionClosed) as closed:
            listening.recv(20 * unit())
        assert getattr(closed.value.rcvd, "code", None) == CloseCode.SERVICE_RESTART
        assert stack.process.wait(20 * unit()) == 0
    assert is_closed(stack.api_url)
    assert is_closed(stack.app_url)
    assert eventually(lambda: has_left_nothing(places))


def test_it_cuts_off_who_uses_the_databases_port(places):
    """A program that is still connected to the database's own port is cut off, and nothing is complained of."""
    with ExitStack() as opened:
        port = opened.enter_context(kept_port())
        opened.enter_context(running("prod", "--db-port", str(port), **places))
        program = socket.create_connection(("127.0.0.1", port), 20 * unit())
        program.sendall(ASKS_FOR_TLS)
        assert program.recv(1) == b"N"
    with program:
        assert program.recv(1) == b""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
@pytest.mark.parametrize("file", ["lease", "data/postmaster.pid", ".s.PGSQL.5432"])
def test_an_interrupted_start_leaves_nothing(places, file, how):
    """Interrupted at any step of the start, known by a file of its server, it leaves nothing and says nothing."""
    run = Path(places["CONNECT_RUN_DIR"])
    process = subprocess.Popen(
        stack_command("prod", "--json"),
        cwd=paths.ROOT,
        env=clean_environment(places),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

    with process:
        assert eventually(lambda: any(run.glob(f"*/{file}")) or process.poll() is not None)
        process.send_signal(how)
        said, complaints = process.communicate(timeout=20 * unit())
    assert (process.returncode, said, complaints) == (0, "", "")
    assert eventually(lambda: has_left_nothing(places))


def test_a_killed_stacks_server_ends_by_itself(own_stack, places):
    """After a SIGKILL its server ends by itself."""
    stack = own_stack("prod", **places)
    stack.process.kill()
    stack.process.wait()
    assert eventually(lambda: has_left_nothing(places))


def test_a_stack_does_not_outlive_its_killed_parent(places):
    """A stack that was started with --until-stdin-closes does not outlive a killed parent."""
    parent = subprocess.Popen(
        [sys.executable, "-c", HOLDS],
        cwd=paths.ROOT,
        env=clean_environment({**places, "PYTHONPATH": str(paths.ROOT / "src")}),
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        url = parent.stdout.readline().strip()
        assert not is_closed(url)
        parent.kill()
    assert eventually(lambda: is_closed(url) and has_left_nothing(places))


def test_two_stacks_share_no_users_nor_keys(own_stack):
    """Two stacks are two projects: who signs up in one is unknown in the other, and so are its keys."""
    here, there = own_stack("prod"), own_stack("prod")
    newcomer = {"email": "only.here@example.com", "password": "long-enough"}
    with closing(Caller(here)) as at_home, closing(Caller(there)) as abroad:
        assert at_home.ask("POST", "/signup", newcomer).status_code == 200
        assert refused(abroad.sign_in(**newcomer)) == (400, "invalid_credentials")
        assert abroad.ask("GET", "/user", apikey=here.anon_key).status_code == 401
