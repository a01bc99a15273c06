"""One websocket: its frames in and out, and the channels on it."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any

from starlette.websockets import WebSocketDisconnect

from stack.realtime import frames, joining
from stack.realtime.channel import Channel
from stack.realtime.credentials import complaint, is_token
from stack.realtime.frames import MalformedFrameError, Message
from stack.realtime.joining import BadJoinError
from stack.realtime.topics import PREFIX
from stack.tokens import BadTokenError

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

    from stack.realtime.answering import Answering
    from stack.realtime.services import Services

MOST_CHANNELS = 100
# How much a client may leave unread. One more frame, of the largest size there is, may come on top.
_MOST_UNREAD_BYTES = 4 * 1024 * 1024
_MALFORMED = 1007


class Socket:
    """An accepted websocket. key: the token it came with, used by joins that bring none."""

    def __init__(self, websocket: WebSocket, version: str, key: str, services: Services) -> None:
        self.version = version
        self._websocket, self._key, self._services = websocket, key, services
        self._channels: dict[str, Channel] = {}
        self._unread: deque[str | bytes] = deque()
        self._unread_bytes = 0
        self._something_to_send = asyncio.Event()
        self._refusals: set[asyncio.TimerHandle] = set()
        self._ended = False

    async def run(self) -> None:
        """Handle the client's frames until either side closes the websocket."""
        sending = asyncio.create_task(self._send_all())
        try:
            while True:
                received = await self._websocket.receive()
                if received["type"] == "websocket.disconnect":
                    break
                frame = received.get("text")
                self._handle(frames.decode(received["bytes"] if frame is None else frame, self.version))
        except MalformedFrameError as error:
            await self._websocket.close(_MALFORMED, str(error))
        except RecursionError:
            # What could be read may be nested too deeply to be written again.
            await self._websocket.close(_MALFORMED, "the frame is nested too deeply")
        finally:
            self._end()
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    def send(self, frame: str | bytes) -> None:
        """Send a frame after those before. A client that does not read is cut off, so that it takes no memory."""
        if self._ended:
            return
        if self._unread_bytes > _MOST_UNREAD_BYTES:
            self._ended = True
            self._unread.clear()
            # The peer reads no closing frame either. run() ends with the connection.
            self._websocket.scope["state"]["abort"]()
            return
        self._unread.append(frame)
        self._unread_bytes += len(frame)
        self._something_to_send.set()

    def reply(self, message: Message, status: str, response: dict[str, Any]) -> None:
        """Answer a message with phx_reply. status: ok or error."""
        payload = frames.text({"status": status, "response": response})
        self.send(
            frames.encode(self.version, message.topic, "phx_reply", payload, join_ref=message.join_ref, ref=message.ref)
        )

    def refuse(self, join: Message, reason: str) -> None:
        """Answer a join with an error, after a while; at once if many refusals wait, so that they do not pile up."""
        if len(self._refusals) >= MOST_CHANNELS:
            self._reply_refused(join, reason)
            return

        def answer() -> None:
            self._refusals.discard(handle)
            self._reply_refused(join, reason)

        handle = asyncio.get_running_loop().call_later(self._services.refusal_seconds, answer)
        self._refusals.add(handle)

    def forget(self, channel: Answering) -> None:
        """Forget a channel that is closed."""
        if self._channels.get(channel.topic) is channel:
            del self._channels[channel.topic]

    def _reply_refused(self, message: Message, reason: str) -> None:
        self.reply(message, "error", {"reason": reason})

    def _end(self) -> None:
        self._ended = True
        self._unread.clear()
        for handle in self._refusals:
            handle.cancel()
        for channel in list(self._channels.values()):
            channel.close()

    async def _send_all(self) -> None:
        try:
            while True:
                await self._something_to_send.wait()
                self._something_to_send.clear()
                while self._unread:
                    frame = self._unread.popleft()
                    if isinstance(frame, str):
                        await self._websocket.send_text(frame)
                    else:
                        await self._websocket.send_bytes(frame)
                    self._unread_bytes -= len(frame)
        except WebSocketDisconnect:
            # run() is told as well.
            pass

    def _handle(self, message: Message) -> None:
        channel = self._channels.get(message.topic)
        if message.topic == "phoenix" and message.event == "heartbeat":
            self.reply(message, "ok", {})
        elif message.event == "phx_join":
            self._join(message)
        elif channel is not None:
            channel.handle(message)
        elif message.event == "phx_leave":
            self.reply(message, "ok", {})
        else:
            self._reply_refused(message, "unmatched topic")

    def _join(self, message: Message) -> None:
        if not message.topic.startswith(PREFIX) or message.topic == PREFIX:
            self.refuse(message, "unmatched topic")
            return
        if (before := self._channels.get(message.topic)) is not None:
            before.finish()
        if len(self._channels) >= MOST_CHANNELS:
            self.refuse(message, f"ChannelRateLimitReached: a socket has at most {MOST_CHANNELS} channels")
            return
        services = self._services
        try:
            join = joining.read(message.payload)
            channel = Channel(
                self,
                message,
                join,
                join.access_token if is_token(join.access_token) else self._key,
                services,
            )
        except BadJoinError as error:
            self.refuse(message, str(error))
        except BadTokenError as error:
            self.refuse(message, f"InvalidJWTToken: {complaint(error)}")
        else:
            self._channels[message.topic] = channel
            channel.open()
