"""`python -m stack --env prod`: a throw-away environment that runs until it is interrupted."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from contextlib import AbstractContextManager

    from stack.announcement import Announcement
    from stack.replica import Project, Replica
    from stack.service import Service
    from stack.tokens import Tokens

_CANNOT_RUN = 4
_OURS = ("stack", "connect", "pgproof")


def main() -> int:
    """Run a throw-away environment until a signal ends it, and return the exit code.

    0 after an interrupt; 4 if it cannot run here, with one sentence on standard error. Invalid arguments exit with 2.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    # For a checkout whose packages are not installed.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
    try:
        return _asked_for()
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        if package in _OURS:
            raise
        said = f"the package {package} is not installed; run: make setup-stack"
    print(f"stack: {said}", file=sys.stderr)
    return _CANNOT_RUN


def _asked_for() -> int:
    from stack import arguments
    from stack.listening import PortTakenError
    from stack.replica import UsageError, forget_libpq_defaults, project_in

    try:
        project = project_in(arguments.named_project())
    except UsageError as refused:
        print(f"stack: {refused}", file=sys.stderr)
        return _CANNOT_RUN
    asked = arguments.read(list(project.environments))
    forget_libpq_defaults()
    if asked.until_stdin_closes:
        from threading import Thread

        Thread(target=_end_with_stdin, daemon=True).start()
    try:
        _run(asked, project)
    except (UsageError, PortTakenError) as refused:
        print(f"stack: {refused}", file=sys.stderr)
        return _CANNOT_RUN
    return 0


def _leave(*_: object) -> None:
    """End at once. This handler serves until the server is up and has its own.

    Whatever has been started by then ends with this process, however the process ends.
    """
    os._exit(os.EX_OK)


def _end_with_stdin() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _run(asked: argparse.Namespace, project: Project) -> None:
    from concurrent.futures import ThreadPoolExecutor
    from contextlib import ExitStack

    from stack import listening

    with ExitStack() as opened:
        api_socket = opened.enter_context(listening.listen(asked.port))
        page_socket = opened.enter_context(listening.listen(asked.app_port))
        db_socket = None if asked.db_port is None else opened.enter_context(listening.listen(asked.db_port))
        beside = opened.enter_context(ThreadPoolExecutor(1))
        starting = beside.submit(lambda: opened.enter_context(_replica(asked, project)))
        # Imported while the database starts: these imports take half of the time until everything answers.
        import asyncio

        import uvloop

        from stack import server
        from stack.announcement import Announcement
        from stack.answers import Answers
        from stack.api import application
        from stack.auth import Auth, Settings
        from stack.realtime import Realtime
        from stack.rest import Rest
        from stack.web import page

        running = starting.result()
        tokens = _tokens(asked)
        state = asked.state if asked.env else ""
        announced = Announcement(
            state,
            running,
            tokens,
            listening.url(api_socket),
            listening.url(page_socket),
            None if db_socket is None else db_socket.getsockname()[1],
        )
        answers = Answers()
        services: list[Service] = [
            Auth(
                running.database,
                tokens,
                Settings(
                    announced.api_url,
                    announced.app_url,
                    asked.token_seconds,
                    anonymous=asked.anonymous,
                    confirm=asked.confirm_email,
                ),
            ),
            Rest(running.database, tokens),
            Realtime(running.database, tokens, answers=answers),
        ]
        if db_socket is not None:
            from stack.database_port import DatabasePort

            services.append(DatabasePort(running.database, db_socket))
        applications = [
            (api_socket, answers.watched(application(services))),
            (page_socket, page(announced.page_config())),
        ]
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(server.serve(services, applications, lambda: _announce(asked, announced)))


def _replica(asked: argparse.Namespace, project: Project) -> AbstractContextManager[Replica]:
    from stack import own, replica

    if asked.dsn is not None:
        return own.given(asked.dsn, asked.sql)
    if asked.env is None:
        return own.new(asked.sql)
    return replica.running(project, asked.env, asked.state, asked.sql)


def _tokens(asked: argparse.Namespace) -> Tokens:
    import secrets

    from stack.replica import UsageError
    from stack.tokens import Tokens

    secret = asked.jwt_secret or secrets.token_hex(32)
    opaque = {"publishable_key": asked.publishable_key, "secret_key": asked.secret_key}
    if asked.signing_key is None:
        return Tokens(secret, **opaque)
    from stack.signing import BadKeyError, signing_key

    try:
        return Tokens(secret, signing_key(asked.signing_key, secret), **opaque)
    except BadKeyError as bad:
        raise UsageError(str(bad)) from None


def _announce(asked: argparse.Namespace, announced: Announcement) -> None:
    printed = []
    if asked.json:
        printed.append(announced.as_json())
    if asked.dotenv == "-":
        printed.append(announced.as_dotenv())
    elif asked.dotenv is not None:
        _write_privately(Path(asked.dotenv), announced.as_dotenv() + "\n")
    if not asked.json and asked.dotenv != "-":
        printed.append(announced.as_text())
    print("\n".join(printed), flush=True)


def _write_privately(file: Path, text: str) -> None:
    """Write a file that holds keys, which nobody else may read."""
    from stack.replica import UsageError

    try:
        file.touch(0o600)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be written ({error.strerror}); give --dotenv another file") from None


if __name__ == "__main__":
    sys.exit(main())
