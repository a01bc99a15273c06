"""Asks @supabase/pg-delta, in one Node process, for the actions that make one database like another."""

from __future__ import annotations

import json
import selectors
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

from pgproof.errors import UsageError
from pgproof.node import node
from pgproof.timing import unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

_SCRIPT = Path(__file__).with_name("planner.mjs")
_PACKAGE = Path("@supabase") / "pg-delta" / "package.json"
_END_SECONDS = 5
# For the largest schemas; whatever takes longer hangs.
_ANSWER_SECONDS = 600
_PORTION = 1 << 16
# Wide enough for what changes a statement does not change.
Id = dict[str, Any]


class PlannerError(Exception):
    """The planner could not answer; the text is its own."""


@dataclass(frozen=True)
class Action:
    """One statement of a plan. The ids are pg-delta's own: objects with a kind, a schema, a name and so on.

    verb: "create", "alter" or "drop". transactionality: "transactional", "nonTransactional" or "commitBoundaryAfter".
    lock: on existing relations, such as "accessExclusive". destructive: whether rows, columns or labels are lost.
    apart: whether a COMMIT has to come before it.
    """

    sql: str
    verb: str
    produces: tuple[Id, ...] = ()
    consumes: tuple[Id, ...] = ()
    destroys: tuple[Id, ...] = ()
    releases: tuple[Id, ...] = ()
    transactionality: str = "transactional"
    lock: str = "none"
    destructive: bool = False
    apart: bool = False

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Action:
        """Return an action as pg-delta has it in JSON."""
        return cls(
            given["sql"].strip().rstrip(";"),
            given["verb"],
            tuple(given["produces"]),
            tuple(given["consumes"]),
            tuple(given["destroys"]),
            tuple(given["releases"]),
            given["transactionality"],
            given["lockClass"],
            given["dataLoss"] != "none",
            given["newSegmentBefore"],
        )


class Planner:
    """One Node process, which keeps what it read of each database under a name. Use it from one thread."""

    def __init__(self, near: Iterable[Path]) -> None:
        """Start it. near: folders in or above which node_modules may be. Raises UsageError if it is not installed."""
        modules = find(near)
        # Nothing is written there unless Node itself fails.
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._process = subprocess.Popen(
            [node(), str(_SCRIPT), str(modules)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            bufsize=0,
        )

    def __enter__(self) -> Planner:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the process, also where it is still busy with something that nobody waits for any more."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        # What it was asked last, if it has ended since.
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._end()
        self._process.stdout.close()
        self._complaints.close()

    def _end(self) -> None:
        """Wait for the process to end, but not for long."""
        try:
            self._process.wait(_END_SECONDS * unit())
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def read(self, name: str, conninfo: str) -> None:
        """Read a database, under this name from now on. What the planner does not know of it diff names anyway.

        conninfo: of a superuser on a scratch server. Raises PlannerError, and UsageError if it ended or hangs.
        """
        self._ask({"command": "read", "name": name, "url": _url(conninfo)})

    def plan(self, source: str, desired: str, without: Sequence[str] = ()) -> list[Action]:
        """Return the actions that make one database like another, in order.

        without: kinds of objects, in pg-delta's words, to leave alone. Raises PlannerError, and UsageError if the
        planner ended or hangs.
        """
        found = self._ask({"command": "plan", "source": source, "desired": desired, "without": list(without)})
        with _understood():
            return [Action.of(each) for each in found["actions"]]

    def _ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            line = self._line()
        except BrokenPipeError:
            line = b""
        # Without its end it is what was written before the process was killed.
        if not line.endswith(b"\n"):
            self._end()
            self._complaints.seek(0)
            said = [text for text in self._complaints.read().decode(errors="replace").splitlines() if "Error" in text]
            raise UsageError(f"the planner @supabase/pg-delta ended: {said[0] if said else 'it gave no reason'}")
        with _understood():
            answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise PlannerError((str(answer["error"]).strip() or "it gave no reason").splitlines()[0])
        return answer

    def _line(self) -> bytes:
        """Return the one line of an answer, cut short where the process ended. Raises UsageError if it hangs."""
        assert self._process.stdout is not None
        limit = _ANSWER_SECONDS * unit()
        until = time.monotonic() + limit
        parts = [b""]
        with selectors.DefaultSelector() as ready:
            ready.register(self._process.stdout, selectors.EVENT_READ)
            while not parts[-1].endswith(b"\n"):
                if not ready.select(max(0.0, until - time.monotonic())):
                    self._process.kill()
                    self._process.wait()
                    raise UsageError(
                        f"the planner @supabase/pg-delta gave no answer in {limit:g} seconds, and was ended; "
                        "on a slow machine set CONNECT_TIME_UNIT, such as to 3, and run it again"
                    )
                part = self._process.stdout.read(_PORTION)
                if not part:
                    break
                parts.append(part)
        return b"".join(parts)


@contextmanager
def _understood() -> Iterator[None]:
    """Raise UsageError for an answer that is not as the version that is installed for this program gives it."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(
            "the planner @supabase/pg-delta answered with what is not understood here, as another version of it may; "
            "run: make setup-stack"
        ) from None


def find(near: Iterable[Path]) -> Path:
    """Return the node_modules folder that holds the planner. Raises UsageError, which says what to install."""
    for folder in dict.fromkeys(each for start in near for each in (start.resolve(), *start.resolve().parents)):
        if (folder / "node_modules" / _PACKAGE).is_file():
            return folder / "node_modules"
    raise UsageError("align plans with @supabase/pg-delta, which is not installed; run: make setup-stack")


def _url(conninfo: str) -> str:
    given = {name: str(value) for name, value in conninfo_to_dict(conninfo).items()}
    user, database = (quote(given[each], safe="") for each in ("user", "dbname"))
    port = f"&port={given['port']}" if "port" in given else ""
    return f"postgresql://{user}@/{database}?host={quote(given['host'], safe='')}{port}"
