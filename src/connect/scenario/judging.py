"""What was sent, seen, heard and stored of a chat, put together into a history and judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pgproof.history import Line, Observer, Recorder, check

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from connect.scenario.chat import Chat
    from connect.scenario.stored import StoredMessage
    from pgproof.browser import Tab
    from pgproof.history import Judgement
    from pgproof.moment import Moment
    from pgproof.realtime import Subscription


class Said(NamedTuple):
    """What was sent by the API instead of a page. chat: its id. by: a person's name. began, ended: of the request."""

    chat: str
    text: str
    by: str
    began: Moment
    ended: Moment


def judge(
    chat: Chat,
    said: Iterable[Said],
    tabs: Iterable[Tab],
    listeners: Iterable[tuple[str, Chat, Subscription]],
    rows: Sequence[StoredMessage],
) -> Judgement:
    """Compare all that is known of a chat, and return the judgement. rows: its messages in the database."""
    recorder = Recorder()
    for each in said:
        if each.chat == chat.id:
            recorder.sent(each.text, each.by, each.began)
            recorder.acknowledged(each.text, each.ended)
    for tab in tabs:
        if chat.name in tab.opened:
            tab.tell(recorder, chat.name)
    for name, where, subscription in listeners:
        if where == chat:
            _heard(recorder, name, subscription)
    recorder.stored(row.row() for row in rows)
    return check(recorder.history())


def last_sent(said: Iterable[Said], tabs: Iterable[Tab]) -> dict[str, Moment]:
    """Return when each text was sent at the latest."""
    return {each.text: each.ended for each in said} | {text: at for tab in tabs for _, text, at in tab.sent}


def _heard(recorder: Recorder, name: str, subscription: Subscription) -> None:
    recorder.observer(Observer(name))
    recorder.watching(name, subscription.states[0][0])
    for change in subscription.events:
        # A DELETE has only the key of the row.
        if change.type != "DELETE":
            record = change.record
            text = record["message_text"]
            line = Line(text, text, record["status"], deleted=record["deleted_at"] is not None)
            recorder.heard(name, change.type, line, change.received)
