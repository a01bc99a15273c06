"""One channel: a topic that a socket has joined, with its own token, subscriptions and presence."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from stack.realtime import frames
from stack.realtime.admission import Admission
from stack.realtime.answering import Answering
from stack.realtime.credentials import Credentials, complaint, is_token
from stack.realtime.private import Rights
from stack.realtime.speech import Speech
from stack.realtime.subscribing import Subscribing
from stack.realtime.topics import PREFIX, room
from stack.tokens import BadTokenError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stack.realtime.answering import Socket
    from stack.realtime.frames import Message
    from stack.realtime.joining import Join
    from stack.realtime.private import Stored
    from stack.realtime.services import Services

_NOTHING = Rights(hears=False, says=False, sees=False, shows=False)
_MOST_WAITING = 100


class Channel(Answering):
    """A topic that is joined, until close. token: what it is joined with.

    Creating it raises BadTokenError if the token is not valid.
    """

    def __init__(self, socket: Socket, message: Message, join: Join, token: str, services: Services) -> None:
        super().__init__(socket, message)
        self.shows_presence = join.presence
        self._room = room(message.topic, private=join.private)
        self._rights: Rights | None = None
        self._stored: Sequence[Stored] = ()
        self._waiting: list[Message] = []
        self._admission = Admission(services.private, message.topic.removeprefix(PREFIX), join.replay)
        self._message, self._join, self._topics = message, join, services.topics
        self._feed = services.feed
        self._speech = Speech(services.topics, self._room, join.presence_key or str(uuid.uuid4()), join)
        # How long the answer to the join may wait for changes to flow, in seconds; None once it is answered.
        self._wait = join.wait if join.changes else None
        self._subscribing = Subscribing(services.feed, self, join, self._told)
        self._credentials = Credentials(services.tokens, token, self._end)

    def open(self) -> None:
        """Answer the join, at once or when changes flow, and subscribe to them; a private one is asked for first."""
        if self._join.private:
            self._admission.ask(self._credentials.viewer, self._admitted, self._rejected)
        else:
            self._admitted(Rights(), ())

    def close(self) -> None:
        """Stop, without telling the client."""
        self._rights = None
        self._admission.close()
        self._subscribing.close()
        self._credentials.close()
        self._topics.leave(self._room, self)
        self._socket.forget(self)

    def finish(self) -> None:
        """Close, and tell the client with phx_close, which has the reference of the join that is over."""
        self.close()
        self._push("phx_close", {}, ref=self.join_ref)

    def handle(self, message: Message) -> None:
        """Do what a message that the client has sent to the channel asks for, once it may be there."""
        if self._rights is None and message.event != "phx_leave":
            if len(self._waiting) < _MOST_WAITING:
                self._waiting.append(message)
            else:
                self.refuse(message, "too many messages before the channel is joined")
            return
        match message.event:
            case "phx_leave":
                self.reply(message)
                # A leave that comes late belongs to a join that is over.
                if message.join_ref in {None, self.join_ref}:
                    self.finish()
            case "access_token":
                self._renew(message.payload)
            case "broadcast":
                self._speech.broadcast(message, self, self, self._may)
            case "presence":
                self._speech.presence(message, self, self, self._may)
            case event:
                self.refuse(message, f"unknown event '{event}'")

    def forward(self, frame: str | bytes) -> None:
        """Send a frame that was made for many channels."""
        self._socket.send(frame)

    def hears(self, message: str | None) -> bool:
        """Return whether it is sent a broadcast, which it may hear and has not been sent before."""
        return self._may.hears and (message is None or all(message != each.id for each in self._stored))

    def changed(self, ids: Sequence[int], data: str) -> None:
        """Send a change that was subscribed to. ids: of the entries that asked for it. data: the event's, as JSON."""
        self._send("postgres_changes", f'{{"ids":{frames.text(ids)},"data":{data}}}')

    def lost(self, reason: str) -> None:
        """End with phx_error, like a channel that crashed: the client joins again, and reads what it missed."""
        self.close()
        self._push("phx_error", {"reason": reason}, ref=self.join_ref)

    def show_others(self) -> None:
        """Show who is there from now on, if that is not done already and the policies let it see them."""
        if not self.shows_presence and self._may.sees:
            self.shows_presence = True
            self._push("presence_state", self._topics.presence(self._room))

    # Rights -------------------------------------------------------------------------------------------------------

    @property
    def _may(self) -> Rights:
        return self._rights or _NOTHING

    def _admitted(self, rights: Rights, stored: Sequence[Stored]) -> None:
        self._rights, self._stored = rights, stored
        self.shows_presence = self.shows_presence and rights.sees
        self._topics.enter(self._room, self)
        if self._wait is None:
            self._welcome()
        self._subscribe()
        if self._join.replication_ready:
            self._feed.when_live(self, lambda: self._system("ok", "Replication connection established", "system"))
        waiting, self._waiting = self._waiting, []
        for message in waiting:
            # One of them may have ended the channel.
            if self._rights is not None:
                self.handle(message)

    def _welcome(self) -> None:
        self.reply(self._message, {"postgres_changes": self._join.echo()})
        if self.shows_presence:
            self._push("presence_state", self._topics.presence(self._room))
        self._replay(self._stored)

    def _rejected(self, reason: str) -> None:
        self.close()
        self._socket.refuse(self._message, reason)

    def _readmitted(self, rights: Rights, _: Sequence[Stored]) -> None:
        self._rights = rights
        self.shows_presence = self.shows_presence and rights.sees

    # Changes and token --------------------------------------------------------------------------------------------

    def _subscribe(self) -> None:
        if self._join.changes:
            self._subscribing.start(self._credentials.viewer, self._wait)

    def _told(self, wrong: str | None) -> None:
        if self._wait is not None and wrong is not None:
            self.close()
            self._socket.refuse(self._message, f"UnableToSubscribe: {wrong}")
            return
        if self._wait is not None:
            self._wait = None
            self._welcome()
        if wrong is None:
            self._system("ok", "Subscribed to PostgreSQL")
        else:
            self._system("error", f"Unable to subscribe to changes: {wrong}")

    def _renew(self, payload: Any) -> None:
        token = payload.get("access_token") if isinstance(payload, dict) else None
        if not is_token(token):
            return
        try:
            if self._credentials.renew(token):
                self._subscribe()
                if self._join.private:
                    self._admission.ask(self._credentials.viewer, self._readmitted, self._end)
        except BadTokenError as error:
            self._end(complaint(error))

    def _end(self, reason: str) -> None:
        self._system("error", reason, "system")
        self.finish()
