"""What was done in a tab, for the history in which it is judged."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from pgproof import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.browser.log import Log
    from pgproof.browser.page_state import Message, PageState, Record
    from pgproof.history import Line, Recorder
    from pgproof.moment import Moment


class Watched(Protocol):
    """What is asked of a Tab."""

    name: str
    log: Log
    recording: list[Record]

    def is_open(self, state: PageState, conversation: str) -> bool:
        """Return whether a conversation is open in this state."""


class Deeds:
    """The deeds in one tab. opened: the names of the conversations. sent: the conversation, the text, and when.

    rests: the numbers of the records in which no request was under way.
    """

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.sent: list[tuple[str, str, Moment]] = []
        self.rests: set[int] = set()
        self._openings: list[tuple[int, str]] = []
        self._gathered: list[tuple[int, tuple[Message, ...]]] = []

    @property
    def gathered(self) -> list[str]:
        """The texts of all messages that were gathered last."""
        return [message.text for message in self._gathered[-1][1]] if self._gathered else []

    def open(self, conversation: str, number: int) -> None:
        """Note that a conversation was opened. number: of the next record."""
        self._openings.append((number, conversation))
        self.opened.append(conversation)

    def gather(self, number: int, messages: tuple[Message, ...]) -> None:
        """Note all messages of a conversation, of which the page shows a part. number: of the record that does."""
        self._gathered.append((number, messages))

    def send(self, text: str) -> None:
        """Note that a text is sent now to the conversation that was opened last."""
        self.sent.append((self.opened[-1], text, moment.now()))

    def tell(self, recorder: Recorder, tab: Watched, conversation: str) -> None:
        """Tell a recorder everything that was sent from the tab to a conversation, and was seen of it."""
        for where, text, at in self.sent:
            if where == conversation:
                recorder.sent(text, tab.name, at)
                for told, when in tab.log.acknowledged:
                    if told == text:
                        recorder.acknowledged(text, when)
        showing = [*self._openings, (len(tab.recording), "")]
        for (start, name), (end, _) in pairwise(showing):
            # Without any later one, what was shown when the click returned is still there.
            for number in range(start, end) if start < end else (start - 1,) if start else ():
                shown = tab.recording[number]
                if name == conversation and tab.is_open(shown.state, name):
                    lines = self._lines(tab.recording, number, start)
                    recorder.view(tab.name, lines, at_rest=number in self.rests, at=shown.at)

    def _lines(self, recording: Sequence[Record], number: int, opening: int) -> list[Line]:
        """Return the messages of a record, among what was gathered before while the same document showed them."""
        shown = recording[number]
        lines = [message.line() for message in shown.state.messages]
        for start, messages in reversed(self._gathered):
            if opening <= start <= number and recording[start].opened == shown.opened:
                return _in_their_places(lines, messages)
        return lines


def _in_their_places(lines: list[Line], messages: Sequence[Message]) -> list[Line]:
    """Return the lines between those that are out of sight above and below them. What has no place there stays alone.

    The status of what is out of sight may have changed meanwhile, so it counts as not shown.
    """
    places = {message.text: place for place, message in enumerate(messages)}
    if not lines or lines[0].key not in places:
        return lines
    rest = [replace(message.line(), status=None) for message in messages]
    below = places.get(lines[-1].key, len(rest))
    return [*rest[: places[lines[0].key]], *lines, *rest[below + 1 :]]
