"""People at Supabase's official clients, each a process of its own: JavaScript's newest, an older one, and Python's."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any

import pytest

from connect.paths import ROOT
from connect.processes import clean_environment
from pgproof.errors import UsageError
from pgproof.timing import unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from connect.embedded_stack import Running

_PROGRAMS = ROOT / "tests" / "stack" / "clients"
# Their names in package.json.
_JAVASCRIPT = {"js-2.119": "@supabase/supabase-js", "js-2.57": "supabase-js-2-57"}
CLIENTS = (*_JAVASCRIPT, "python-2.34")
_SECONDS = 20
_LEAVING_SECONDS = 5


class ClientError(Exception):
    """The client reported an error. code: Supabase's or PostgreSQL's, None if the client gave none."""

    def __init__(self, code: str | None, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class ClientProcess:
    """A process that runs an official client for one person; see person.py for what can be asked."""

    def __init__(self, name: str, process: subprocess.Popen[str], complaints: IO[str]) -> None:
        self._name, self._process, self._complaints = name, process, complaints

    def do(self, command: str, **given: Any) -> Any:
        """What the client returned. Raises ClientError, and AssertionError for no answer in time."""
        assert self._process.stdin is not None, "started with a pipe"
        assert self._process.stdout is not None, "started with a pipe"
        self._process.stdin.write(json.dumps({"do": command, **given}) + "\n")
        self._process.stdin.flush()
        with ThreadPoolExecutor(1) as pool:
            reading = pool.submit(self._process.stdout.readline)
            try:
                line = reading.result(_SECONDS * unit())
            except TimeoutError:
                self._process.kill()
                line = ""
        if not line:
            self._complaints.seek(0)
            raise AssertionError(f"{self._name} gave no answer to '{command}'; it said:\n{self._complaints.read()}")
        answer = json.loads(line)
        if "error" in answer:
            raise ClientError(**answer["error"])
        return answer["value"]


def _command(client: str, stack: Running, key: str) -> list[str]:
    if client not in _JAVASCRIPT:
        return [sys.executable, str(_PROGRAMS / "person.py"), stack.api_url, key]
    from pgproof.node import node

    return [node(), str(_PROGRAMS / "person.mjs"), _JAVASCRIPT[client], stack.api_url, key]


@contextmanager
def _at(client: str, stack: Running, key: str) -> Iterator[ClientProcess]:
    with tempfile.TemporaryFile("w+", encoding="utf-8") as complaints:
        process = subprocess.Popen(
            _command(client, stack, key),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            env=clean_environment({}),
        )
        with process:
            try:
                yield ClientProcess(client, process, complaints)
            finally:
                _leave(process)


def _leave(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None, "started with a pipe"
    # It ends with its commands, unless it is still busy with one.
    with suppress(BrokenPipeError):
        process.stdin.close()
    try:
        process.wait(_LEAVING_SECONDS * unit())
    except subprocess.TimeoutExpired:
        process.kill()


@pytest.fixture
def person() -> Iterator[Callable[..., ClientProcess]]:
    """Sits somebody down at a client of CLIENTS, with the anon key or another one. They leave with the test."""
    with ExitStack() as opened:

        def sit_down(client: str, stack: Running, key: str | None = None) -> ClientProcess:
            try:
                return opened.enter_context(_at(client, stack, key or stack.anon_key))
            except UsageError as error:
                raise pytest.UsageError(str(error)) from None

        yield sit_down
