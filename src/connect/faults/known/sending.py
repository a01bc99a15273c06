"""Faults of sending a message."""

from connect.faults import SENDING_ONCE, fault, frames, requests
from connect.faults.frames import Frames
from connect.faults.requests import Requests
from connect.faults.scripts import script

# These defeat the page's own defence, in which a stored message replaces its bubble.
_PENDING_STAYS = (
    ("pending.senderId === row.sender_id", "false"),
    ("pending.filter((one) => !sent.has(clientKey(one.senderId, one.clientId)))", "[...pending]"),
)
# This defeats another one, in which a row is not added again.
_EACH_IS_NEW = (
    "this.#loaded.set(row.id, this.latest(row));",
    "this.#loaded.set(crypto.randomUUID(), { ...row, id: crypto.randomUUID(), client_generated_id: null });",
)

FAULTS = (
    fault(
        "error-on-send",
        "the console says after each message that withRetry is not a function",
        script(
            "app.js",
            (
                "    this.#alerts.clear('sending a message');",
                "    console.error('this.withRetry is not a function');",
            ),
        ),
        by=SENDING_ONCE,
        saying="console error: this.withRetry",
    ),
    fault(
        "tick-frozen",
        "a tick stays as it was at first, although the page knows the new status",
        script("messageView.js", ("if (before?.entry.status !== entry.status) this", "if (!before) this")),
        by="test_sending.py::test_its_tick_follows",
        saying="a tick for sent",
    ),
    fault(
        "waiting-shown-as-sent",
        "a message has the tick of a sent one before it is",
        script(
            "messageView.js",
            (
                "TICKS[entry.status];",
                "TICKS[['sending', 'waiting'].includes(entry.status) ? 'sent' : entry.status];",
            ),
        ),
        by="test_offline.py::test_what_was_written_offline_is_sent_once",
        saying="it says that they are sent",
    ),
    fault(
        "composer-sends-twice",
        "one click sends two messages",
        script(
            "composer.js",
            (
                "if (!this.#submit(text, this.#replyTo)) return;",
                "for (const _ of 'ab') this.#submit(text, this.#replyTo);",
            ),
        ),
        by=SENDING_ONCE,
        saying="the messages",
    ),
    fault(
        "request-duplicated",
        "a message reaches the server a second time, with another client id",
        Requests("POST", "chat_messages", requests.sent_twice),
        by="test_sending.py::test_it_is_stored_once_with_a_seq",
        saying="should show the messages|three messages",
    ),
    fault(
        "request-dropped",
        "no message reaches the server",
        Requests("POST", "chat_messages", requests.dropped),
        by=SENDING_ONCE,
        saying="the database should hold the message",
    ),
    fault(
        "client-id-not-compared",
        "a message whose answer is lost is shown beside its own bubble",
        Requests("POST", "chat_messages", requests.answer_lost),
        script("messageStore.js", *_PENDING_STAYS),
        by=SENDING_ONCE,
        saying="the messages",
    ),
    fault(
        "bubble-never-replaced",
        "the bubble of a pending message stays when the message appears",
        script("messageStore.js", *_PENDING_STAYS),
        script(
            "pendingQueue.js",
            ("        this.discard(pending.clientId);", "        this.#set(pending.clientId, 'failed');"),
        ),
        by=SENDING_ONCE,
        saying="the messages",
    ),
    fault(
        "sent-goes-away",
        "the bubble disappears when the message is stored, and the message does not appear",
        script("app.js", ("    if (this.#chat?.id === row.chat_id) this.#chat.sent(row);", "")),
        Frames(to_page=frames.without("INSERT")),
        by=SENDING_ONCE,
        saying="the messages|lost_sight_of",
    ),
    fault(
        "own-as-of-others",
        "the user's own messages look like those of others",
        script("timeline.js", ("own: entry.senderId === me", "own: entry.senderId !== me")),
        by=SENDING_ONCE,
        saying="own",
    ),
    fault(
        "shown-twice",
        "a message that is shown is added again when realtime announces it",
        script("messageStore.js", _EACH_IS_NEW),
        by=SENDING_ONCE,
        saying="the messages|most",
    ),
    fault(
        "retry-with-a-new-client-id",
        "each attempt to send is another message",
        script("service.js", ("client_generated_id: pending.clientId,", "client_generated_id: crypto.randomUUID(),")),
        by="test_retrying.py::test_a_retry_after_a_lost_answer_stores_one_message",
        saying="should show|most",
    ),
    fault(
        "never-delivered",
        "what arrives is not reported as delivered",
        script("receipts.js", ("() => this.#service.markDelivered(chatId)", "async () => {}")),
        by="test_sending.py::test_it_is_delivered_and_then_read",
        saying="it as delivered",
    ),
    fault(
        "never-read",
        "what is seen is not reported as read",
        script(
            "receipts.js", ("        if (this.#isSeen.get(chatId)?.()) await this.#service.markRead(chatId);\n", "")
        ),
        by="test_sending.py::test_it_is_delivered_and_then_read",
        saying="it as read",
    ),
    fault(
        "reply-without-quote",
        "an answer does not show what it answers",
        script("messageView.js", ("    if (quote && JSON", "    if (quote && !quote && JSON")),
        by="test_reply.py::test_both_see_the_quote",
        saying="quoted in it|selectors.quote",
    ),
)
