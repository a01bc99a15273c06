"""The one door to the stack: its processes, started as a person starts them, and its page's script.

No other module of connect imports stack.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import IO, TYPE_CHECKING

from connect import paths
from connect.processes import clean_environment
from pgproof.timing import unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pgproof.supabase.api import Api

    StackOf = Callable[..., "Running"]

# Enough with a cold cache and beside other workers.
_START_SECONDS = 90
_END_SECONDS = 20


@dataclass(frozen=True)
class Running:
    """One running stack: its process, and what its --json line said.

    dsn: of the administrator. users: each with id, email and password. chats: each with id and name.
    """

    process: subprocess.Popen[str] = field(repr=False)
    dsn: str = field(repr=False)
    verifier_dsn: str = field(repr=False)
    api_url: str
    app_url: str
    anon_key: str = field(repr=False)
    publishable_key: str = field(repr=False)
    service_role_key: str = field(repr=False)
    jwt_secret: str = field(repr=False)
    users: list[dict[str, str]] = field(repr=False)
    chats: list[dict[str, str | None]] = field(repr=False)

    def api(self, user: dict[str, str] | None = None) -> Api:
        """Return the API for a user, who is signed in; without one, for role anon. Raises ApiError."""
        from pgproof.supabase.api import Api

        api = Api(self.api_url, self.anon_key)
        return api if user is None else api.of(api.sign_in(user["email"], user["password"]))


def stack_command(environment: str, *arguments: str) -> list[str]:
    """Return the command line of a stack that ends with the process that started it."""
    return [sys.executable, "-m", "stack", "--env", environment, "--until-stdin-closes", *arguments]


@contextmanager
def running(environment: str, *arguments: str, **settings: str) -> Iterator[Running]:
    """Yield a stack once it has announced itself, and end it after the block.

    arguments: of `python -m stack`. settings: environment variables. Raises AssertionError, with what the stack wrote
    to stderr, if it does not start, fails while it runs, or does not end.
    """
    with announced(stack_command(environment, "--json", *arguments), paths.ROOT, clean_environment(settings)) as stack:
        yield stack


@contextmanager
def announced(command: list[str], folder: Path, variables: dict[str, str]) -> Iterator[Running]:
    """Yield the stack that a command in this folder announces in one line of JSON; as running() otherwise."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as complaints:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            # Ctrl-C must reach the run only, which then ends its stacks.
            start_new_session=True,
        )
        with process:
            try:
                yield _announced(process, complaints)
            finally:
                _end(process)
        said = _said(complaints)
        assert "Traceback" not in said, f"the stack failed while it ran and said:\n{said}"


def _announced(process: subprocess.Popen[str], complaints: IO[str]) -> Running:
    assert process.stdout is not None, "started with a pipe"
    seconds = _START_SECONDS * unit()
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(process.stdout.readline)
        try:
            line = reading.result(seconds)
        except TimeoutError:
            process.kill()
            raise AssertionError(f"the stack did not start in {seconds:g} s; it said:\n{_said(complaints)}") from None
    if not line:
        raise AssertionError(f"the stack ended with exit code {process.wait()} and said:\n{_said(complaints)}")
    told = json.loads(line)
    known = {each.name for each in fields(Running)} - {"process"}
    return Running(process, **{name: told[name] for name in known})


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(_END_SECONDS * unit())
    except subprocess.TimeoutExpired:
        process.kill()
        raise AssertionError(f"the stack did not end within {_END_SECONDS * unit():g} s after SIGTERM") from None


def _said(complaints: IO[str]) -> str:
    # The stack writes through its own descriptor, so Python's position in the file does not matter.
    os.lseek(complaints.fileno(), 0, os.SEEK_SET)
    return complaints.read()


def bundled_page(change: Callable[[Path], None]) -> bytes:
    """Return the page's one script, bundled from changed modules. change: called with the folder of a copy of them."""
    from stack import web
    from stack.web.bundling import Bundler

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "static")
        shutil.copytree(web.STATIC, folder)
        change(folder / "js")
        return Bundler(folder, web.NODE_MODULES).bundle(web.BUNDLES["page.js"])
