"""Who talks to the listener under test: a scripted server over a socket, or its core without one."""

from functools import partial

import pytest

from pgproof.realtime import phoenix
from tests.pgproof.realtime import dialogue as dialogues
from tests.pgproof.realtime import scripted


@pytest.fixture
def scripted_server():
    """A websocket server on loopback that says what the test scripts."""
    with scripted.Server() as server:
        yield server


@pytest.fixture
def listen(scripted_server):
    """A listener to the scripted server, as a context; keywords as of Listener."""
    return partial(scripted.listening, scripted_server)


@pytest.fixture(params=phoenix.VERSIONS)
def dialogue(request):
    """The listener's core and the server that it talks to, in each version of the protocol."""
    with dialogues.dialogue(request.param) as dialogue:
        yield dialogue
