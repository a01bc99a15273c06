"""A chat under load, for Locust: every user has one realtime socket on one chat and sends messages into it over REST.

    locust -f bench/locustfile.py --headless --users 200 --spawn-rate 50 --run-time 60s --host https://….supabase.co

--host: the project. CONNECT_LOAD_KEY: its anon key. CONNECT_LOAD_USERS: at least two accounts, as
email:password,email:password; all of them take part in every chat. CONNECT_LOAD_CHATS (50): how many chats the users
share. CONNECT_LOAD_RATE (0.25): messages a second of each user, on average. CONNECT_LOAD_P99_MS (250): the bound of
delivery.

It fails, with exit code 1, if a message of a chat is lost, comes twice or out of order at any socket, if delivery is
slower than the bound, or if nothing was delivered. It makes its own chats, named "load …", and deletes them at the end.
It can be distributed like any locustfile: the workers use the chats of the run that the master names, and the clocks of
all machines have to agree.
"""

# Locust is installed for the load alone, so a type checker may not find it; gevent has no types.
# mypy: disable-error-code="import-not-found,import-untyped,untyped-decorator,unused-ignore"

from __future__ import annotations

import itertools
import json
import os
import sys
import time
import uuid
from typing import TYPE_CHECKING, Any

import gevent
import websocket
from gevent.event import Event
from gevent.lock import Semaphore
from locust import FastHttpUser, events, poisson, task
from locust.exception import StopUser
from locust.runners import WorkerRunner
from requests import RequestException, Session

if TYPE_CHECKING:
    from locust.argument_parser import LocustArgumentParser
    from locust.env import Environment

KEY = os.environ.get("CONNECT_LOAD_KEY", "")
ACCOUNTS = [account.split(":", 1) for account in os.environ.get("CONNECT_LOAD_USERS", "").split(",") if account]
CHATS = int(os.environ.get("CONNECT_LOAD_CHATS", "50"))
RATE = float(os.environ.get("CONNECT_LOAD_RATE", "0.25"))
P99_MS = float(os.environ.get("CONNECT_LOAD_P99_MS", "250"))
HEARTBEAT_SECONDS = 25
DRAIN_SECONDS = 15
LIVE_SECONDS = 30
DELIVERY = ("WS", "delivery")
CANNOT_RUN = 4

numbers = itertools.count()
sessions: dict[str, dict[str, Any]] = {}
signing_in = Semaphore()


class Wrong(Exception):
    """A message that is lost, twice or out of order, a channel that fails, or a setting that is missing."""


def signed_in(host: str, email: str, password: str) -> dict[str, Any]:
    """Return the session of an account, one for all of its sockets. Raises requests.RequestException."""
    with signing_in:
        known = sessions.get(email)
        if known is None or known["expires_at"] < time.time() + 120:
            answer = Session().post(
                f"{host}/auth/v1/token?grant_type=password",
                json={"email": email, "password": password},
                headers={"apikey": KEY},
                timeout=30,
            )
            answer.raise_for_status()
            sessions[email] = answer.json()
        return sessions[email]


def chat_id(run: str, number: int) -> str:
    """Return the id of a chat of the run, the same on every worker."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{run}/{number}"))


def place(environment: Environment) -> tuple[str, str]:
    """Return the project's address, and the name of the run. Raises Wrong without --host."""
    if not environment.host or environment.parsed_options is None:
        raise Wrong("name the project with --host")
    return environment.host, environment.parsed_options.run_id


def headers(session: dict[str, Any]) -> dict[str, str]:
    """Return the headers of a request by this account."""
    return {"apikey": KEY, "Authorization": f"Bearer {session['access_token']}", "Prefer": "return=minimal"}


@events.init_command_line_parser.add_listener
def add_arguments(parser: LocustArgumentParser, **_: Any) -> None:
    """Add --run-id; the master's value reaches every worker."""
    parser.add_argument("--run-id", default=str(uuid.uuid4()), help="names the chats of this run")


@events.test_start.add_listener
def make_chats(environment: Environment, **_: Any) -> None:
    """Make the chats by the first account, once for the whole run."""
    if isinstance(environment.runner, WorkerRunner):
        return
    try:
        host, run = place(environment)
        if not KEY or len(ACCOUNTS) < 2:
            raise Wrong("set CONNECT_LOAD_KEY, and CONNECT_LOAD_USERS to at least two accounts")
        people = [signed_in(host, *account)["user"]["id"] for account in ACCOUNTS]
        owner = headers(signed_in(host, *ACCOUNTS[0]))
        ids = [chat_id(run, number) for number in range(CHATS)]
        chats = [{"id": each, "type": "group", "name": f"load {run}", "created_by": people[0]} for each in ids]
        members = [{"chat_id": each, "user_id": person} for each in ids for person in people]
        for table, rows in (("chats", chats), ("chat_participants", members)):
            Session().post(f"{host}/rest/v1/{table}", json=rows, headers=owner, timeout=60).raise_for_status()
    except (Wrong, RequestException) as reason:
        print(f"the load cannot run: {reason}", file=sys.stderr)
        environment.process_exit_code = CANNOT_RUN
        if environment.runner is not None:
            environment.runner.quit()


@events.quitting.add_listener
def remove_chats(environment: Environment, **_: Any) -> None:
    """Delete the chats with everything in them, and set the exit code to the verdict."""
    if isinstance(environment.runner, WorkerRunner) or environment.process_exit_code == CANNOT_RUN:
        return
    host, run = place(environment)
    delivered = environment.stats.get(DELIVERY[1], DELIVERY[0])
    p99 = delivered.get_response_time_percentile(0.99) or 0
    if environment.stats.total.num_failures or not delivered.num_requests or p99 > P99_MS:
        environment.process_exit_code = 1
    owner = headers(signed_in(host, *ACCOUNTS[0]))
    Session().delete(f"{host}/rest/v1/chats?name=eq.load%20{run}", headers=owner, timeout=60).raise_for_status()


class Talker(FastHttpUser):  # type: ignore[misc]
    """A user with one socket who sends a message now and then."""

    # Locust starts its users in groups, once a second; with a constant pace they would write in step for ever.
    wait_time = poisson(RATE)

    def on_start(self) -> None:
        """Open the socket and join the chat's topic; return once changes flow. Raises StopUser if they do not."""
        number = next(numbers)
        self.account = ACCOUNTS[number // CHATS % len(ACCOUNTS)]
        self.address, run = place(self.environment)
        self.chat = chat_id(run, number % CHATS)
        self.topic = f"realtime:load-{number}"
        # The chat's seq when changes began to flow, and the last one that came.
        self.floor = self.seen = 0
        self.live, self.changed, self.leaving = Event(), Event(), False
        began = time.perf_counter()
        try:
            self.session = signed_in(self.address, *self.account)
            address = f"{self.address.replace('http', 'ws', 1)}/realtime/v1/websocket?apikey={KEY}&vsn=1.0.0"
            self.socket = websocket.create_connection(address, timeout=60)
        except (RequestException, websocket.WebSocketException, OSError) as error:
            self.report("subscribe", 0, error)
            raise StopUser from None
        wanted = {
            "event": "INSERT",
            "schema": "public",
            "table": "chat_messages",
            "filter": f"chat_id=eq.{self.chat}",
        }
        token = {"access_token": self.session["access_token"]}
        self.push("phx_join", {"config": {"postgres_changes": [wanted]}, **token}, ref="1")
        self.reading = gevent.spawn(self.read)
        self.beating = gevent.spawn(self.beat)
        if not self.live.wait(LIVE_SECONDS):
            self.report("subscribe", 0, Wrong(f"no system ok within {LIVE_SECONDS} s"))
            raise StopUser
        self.report("subscribe", (time.perf_counter() - began) * 1000)
        self.floor = self.latest()

    def on_stop(self) -> None:
        """Wait for what is still on its way, that is everything in the table now, and close the socket."""
        if not self.live.is_set():
            return
        expected = self.latest()
        deadline = time.monotonic() + DRAIN_SECONDS
        while max(self.seen, self.floor) < expected and (left := deadline - time.monotonic()) > 0:
            self.changed.clear()
            self.changed.wait(left)
        if (come := max(self.seen, self.floor)) < expected:
            self.report(DELIVERY[1], 0, Wrong(f"lost {expected - come} at the end of the chat"))
        self.leaving = True
        self.beating.kill()
        self.reading.kill()
        self.socket.close()

    @task
    def say(self) -> None:
        """Send a message whose text is the time at which it is sent."""
        self.session = signed_in(self.address, *self.account)
        message = {
            "chat_id": self.chat,
            "sender_id": self.session["user"]["id"],
            "client_generated_id": str(uuid.uuid4()),
            "message_text": json.dumps({"at": time.time()}),
        }
        self.client.post("/rest/v1/chat_messages", json=message, headers=headers(self.session), name="send")

    def latest(self) -> int:
        """Return the chat's last seq, 0 if it has no message."""
        query = f"/rest/v1/chat_messages?select=seq&chat_id=eq.{self.chat}&order=seq.desc&limit=1"
        rows = self.client.get(query, headers=headers(self.session), name="latest seq").json()
        return rows[0]["seq"] if rows else 0

    def push(self, event: str, payload: dict[str, Any], ref: str, topic: str | None = None) -> None:
        """Send one frame of vsn 1.0.0."""
        frame = {"topic": topic or self.topic, "event": event, "payload": payload, "ref": ref, "join_ref": "1"}
        self.socket.send(json.dumps(frame))

    def beat(self) -> None:
        """Send heartbeats, as clients do."""
        while True:
            gevent.sleep(HEARTBEAT_SECONDS)
            self.push("heartbeat", {}, ref="2", topic="phoenix")

    def read(self) -> None:
        """Handle every frame until the socket is closed."""
        try:
            while True:
                frame = json.loads(self.socket.recv())
                payload = frame["payload"]
                if frame["event"] == "postgres_changes":
                    self.receive(payload["data"]["record"])
                elif frame["event"] == "system" and payload["status"] == "ok":
                    self.live.set()
                elif frame["event"] in {"system", "phx_error", "phx_close"} or payload.get("status") == "error":
                    self.report("channel", 0, Wrong(f"{frame['event']}: {payload}"))
        except (websocket.WebSocketException, OSError, ValueError) as error:
            if not self.leaving:
                self.report("channel", 0, error)

    def receive(self, record: dict[str, Any]) -> None:
        """Report the delivery of a message, and whether one is missing, twice or out of order.

        That can be told by seq: a chat's has no gaps, and messages are committed in its order.
        """
        seq, before = record["seq"], self.seen
        wrong = None
        if before and seq <= before:
            wrong = Wrong("twice or out of order")
        elif (lost := seq - (before or self.floor or seq - 1) - 1) > 0:
            wrong = Wrong(f"lost {lost}")
        self.seen = max(seq, before)
        self.changed.set()
        self.report(DELIVERY[1], (time.time() - json.loads(record["message_text"])["at"]) * 1000, wrong)

    def report(self, name: str, milliseconds: float, exception: Exception | None = None) -> None:
        """Report to Locust's statistics as a request; with an exception it counts as failed."""
        self.environment.events.request.fire(
            request_type=DELIVERY[0],
            name=name,
            response_time=milliseconds,
            response_length=0,
            exception=exception,
            context={},
        )
