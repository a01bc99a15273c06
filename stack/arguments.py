"""The command line of `python -m stack`."""

from __future__ import annotations

import argparse
import os
from functools import partial
from pathlib import Path

_SHORTEST_SECRET = 32


def named_project() -> Path | None:
    """Return the folder of --project, which says what --env accepts; None if it is not given."""
    named: Path | None = _project_parser().parse_known_args()[0].project
    return named


def read(environments: list[str]) -> argparse.Namespace:
    """Return what was asked for. Ends the process with exit code 2 and a sentence if that makes no sense."""
    parser = argparse.ArgumentParser(
        prog="python -m stack",
        description="Run an embedded Supabase with the chat page on it: a throw-away environment, until interrupted.",
        parents=[_project_parser()],
    )
    _add_database(parser, environments)
    _add_auth(parser)
    parser.add_argument("--port", type=_port, default=0, metavar="N", help="the API's port; 0 (default): a free one")
    parser.add_argument("--app-port", type=_port, default=0, metavar="N", help="the page's port; 0: a free one")
    parser.add_argument(
        "--db-port", type=_port, metavar="N", help="also a port for the database, open to this machine; 0: a free one"
    )
    parser.add_argument("--until-stdin-closes", action="store_true", help="also end when standard input is closed")
    parser.add_argument("--json", action="store_true", help="when ready, print one line of JSON")
    parser.add_argument(
        "--dotenv",
        nargs="?",
        const="-",
        metavar="FILE",
        help="when ready, print the same values as variables, after the line of --json; or write them to FILE",
    )
    asked = parser.parse_args()
    if asked.env is None and asked.dsn is None and not asked.sql:
        parser.error("one of --env, --sql and --dsn is needed")
    if asked.env is not None and asked.dsn is not None:
        parser.error("--env and --dsn name two databases; give one of them")
    return asked


def _project_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--project", type=Path, metavar="FOLDER", help="the folder with environments.toml (default: this repository)"
    )
    return parser


def _add_database(parser: argparse.ArgumentParser, environments: list[str]) -> None:
    parser.add_argument("--env", choices=environments, help="which environment's replica")
    parser.add_argument("--state", default="aligned", choices=["baseline", "aligned"], help="before or after migrating")
    parser.add_argument(
        "--sql",
        type=_file,
        action="append",
        default=[],
        metavar="FILE",
        help="a script to run before anything is served; may be given again. Without --env or --dsn: on a new database",
    )
    parser.add_argument(
        "--dsn", metavar="DSN", help="a database of your own, as its administrator, instead of a replica"
    )


def _add_auth(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--token-seconds", type=_seconds, default=3600, metavar="N", help="how long an access token is valid (3600)"
    )
    parser.add_argument(
        "--jwt-secret",
        type=_secret,
        default=os.environ.get("STACK_JWT_SECRET") or None,
        metavar="TEXT",
        help="what signs the keys, which are then the same at each start (default: $STACK_JWT_SECRET, or a new one)",
    )
    for role, opaque in (("anon", "publishable"), ("service_role", "secret")):
        parser.add_argument(
            f"--{opaque}-key",
            type=partial(_key, f"sb_{opaque}_"),
            default=os.environ.get(f"STACK_{opaque.upper()}_KEY", ""),
            metavar="TEXT",
            help=f"the key that stands for {role} (default: $STACK_{opaque.upper()}_KEY, or one of the secret's)",
        )
    parser.add_argument(
        "--signing-key",
        metavar="ES256|RS256|FILE",
        help="sign access tokens with a key pair: one of these kinds, or a file with a private key, PEM or JWK",
    )
    parser.add_argument("--confirm-email", action="store_true", help="let new users in once they answer a mail")
    parser.add_argument("--anonymous", action="store_true", help="let people sign in without a name")


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"'{text}' is not a port; give a number from 0 to 65535")
    return int(text)


def _seconds(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of seconds; give a whole number above 0")
    return int(text)


def _secret(text: str) -> str:
    if len(text.encode(errors="surrogateescape")) < _SHORTEST_SECRET or not text.isprintable():
        raise argparse.ArgumentTypeError(f"a secret has {_SHORTEST_SECRET} printable characters or more")
    return text


def _key(beginning: str, text: str) -> str:
    # argparse asks for the default, too.
    if text and (not text.startswith(beginning) or text == beginning or not text.isascii() or not text.isprintable()):
        raise argparse.ArgumentTypeError(f"such a key begins with {beginning}, and goes on with printable ASCII")
    return text


def _file(text: str) -> Path:
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"'{text}' is not a file")
    return Path(text)
