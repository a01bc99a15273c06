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

_CANNOT_RUN = 4


def main() -> int:
    """Run a throw-away environment until a signal ends it, and return the exit code.

    0 after an interrupt; 4 if it cannot run here, with one sentence on standard error. Invalid arguments exit with 2.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    # For a checkout whose packages are not installed.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
    from stack.replica import UsageError, forget_libpq_defaults, project_in

    try:
        project = project_in(_named_project())
    except UsageError as refused:
        print(f"stack: {refused}", file=sys.stderr)
        return _CANNOT_RUN
    asked = _arguments(list(project.environments))
    from stack.listening import PortTakenError

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


def _project_parser() -> argparse.ArgumentParser:
    import argparse

    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--project", type=Path, metavar="FOLDER", help="the folder with environments.toml (default: this repository)"
    )
    return parser


def _named_project() -> Path | None:
    """Return the folder of --project, which says what --env accepts; None if it is not given."""
    named: Path | None = _project_parser().parse_known_args()[0].project
    return named


def _arguments(environments: list[str]) -> argparse.Namespace:
    import argparse

    parser = argparse.ArgumentParser(
        prog="python -m stack",
        description="Run an embedded Supabase with the chat page on it: a throw-away environment, until interrupted.",
        parents=[_project_parser()],
    )
    parser.add_argument("--env", required=True, choices=environments, help="which environment's replica")
    parser.add_argument("--state", default="aligned", choices=["baseline", "aligned"], help="before or after migrating")
    parser.add_argument("--port", type=_port, default=0, metavar="N", help="the API's port; 0 (default): a free one")
    parser.add_argument("--app-port", type=_port, default=0, metavar="N", help="the page's port; 0: a free one")
    parser.add_argument(
        "--token-seconds", type=_seconds, default=3600, metavar="N", help="how long an access token is valid (3600)"
    )
    parser.add_argument("--until-stdin-closes", action="store_true", help="also end when standard input is closed")
    printed = parser.add_mutually_exclusive_group()
    printed.add_argument("--json", action="store_true", help="when ready, print one line of JSON")
    printed.add_argument("--dotenv", action="store_true", help="when ready, print the same values as variables")
    return parser.parse_args()


def _port(text: str) -> int:
    from argparse import ArgumentTypeError

    if not text.isdecimal() or int(text) > 65535:
        raise ArgumentTypeError(f"'{text}' is not a port; give a number from 0 to 65535")
    return int(text)


def _seconds(text: str) -> int:
    from argparse import ArgumentTypeError

    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError(f"'{text}' is not a number of seconds; give a whole number above 0")
    return int(text)


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
        beside = opened.enter_context(ThreadPoolExecutor(1))
        starting = beside.submit(lambda: opened.enter_context(_replica(asked, project)))
        # Imported while the database starts: these imports take half of the time until everything answers.
        import asyncio

        import uvloop

        from stack import server
        from stack.announcement import Announcement
        from stack.api import application
        from stack.auth import Auth, Settings
        from stack.realtime import Realtime
        from stack.rest import Rest
        from stack.tokens import Tokens
        from stack.web import page

        running = starting.result()
        tokens = Tokens()
        announced = Announcement(asked.state, running, tokens, listening.url(api_socket), listening.url(page_socket))
        services: list[Service] = [
            Auth(running.database, tokens, Settings(announced.api_url, announced.app_url, asked.token_seconds)),
            Rest(running.database, tokens),
            Realtime(running.database, tokens),
        ]
        applications = [(api_socket, application(services)), (page_socket, page(announced.page_config()))]
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(server.serve(services, applications, lambda: _announce(asked, announced)))


def _replica(asked: argparse.Namespace, project: Project) -> AbstractContextManager[Replica]:
    from stack import replica

    return replica.running(project, asked.env, asked.state)


def _announce(asked: argparse.Namespace, announced: Announcement) -> None:
    text = announced.as_json() if asked.json else announced.as_dotenv() if asked.dotenv else announced.as_text()
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
