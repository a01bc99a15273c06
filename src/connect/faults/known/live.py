"""Faults of what arrives while the page is open."""

from connect.faults import fault, frames
from connect.faults.frames import Frames
from connect.faults.scripts import script

_TWO_PEOPLE = "test_realtime.py::test_two_people_see_each_others_messages"
_LIST_FOLLOWS = "test_realtime.py::test_the_list_follows"
_RECEIVED = "received: (row) => void this.#history.inserted(row)"
# This defeats the page's own defence, which does not show a row again.
_AS_NEW = (
    "this.#history.store.get(row.id) && row.sender_id !== userId"
    " ? { ...row, id: crypto.randomUUID(), client_generated_id: null } : row"
)
_SHOWN_EACH_TIME = (_RECEIVED, f"received: (row) => void this.#history.inserted({_AS_NEW})")
# Both in one task: in between, the page would be right for a moment, and which tab is wrong first would be chance.
_SHOWN_BOTH_AT_ONCE = (
    _RECEIVED,
    "received: (row) => {"
    " const known = (this.known ??= new Set());"
    " if (row.sender_id === userId || known.has(row.id)) void this.#history.inserted(row);"
    f" if (known.has(row.id)) void this.#history.inserted({_AS_NEW});"
    " known.add(row.id); }",
)

FAULTS = (
    fault(
        "socket-silent",
        "the socket is open, and no change comes through it",
        Frames(to_page=frames.without("INSERT", "UPDATE", "DELETE")),
        by=_TWO_PEOPLE,
        saying="bo's tab 1 should show the messages",
    ),
    fault(
        "frames-duplicated",
        "every change comes twice, and the page shows both",
        Frames(to_page=frames.twice),
        script("openChat.js", _SHOWN_BOTH_AT_ONCE),
        by=_TWO_PEOPLE,
        saying="bo's tab 1 should show the messages",
    ),
    fault(
        "subscribed-twice",
        "each change is handled two times, as after a second subscription, and both are shown",
        script("feed.js", ("else received(change.new);", "else for (const _ of 'ab') received(change.new);")),
        script("openChat.js", _SHOWN_EACH_TIME),
        by=_TWO_PEOPLE,
        saying="bo's tab 1 should show the messages",
    ),
    fault(
        "joined-as-nobody",
        "the page subscribes without its token",
        Frames(to_server=frames.without_token),
        by=_TWO_PEOPLE,
        saying="no subscription to changes of the database was confirmed",
    ),
    fault(
        "own-from-elsewhere-ignored",
        "what one sends from another tab is not shown",
        script(
            "openChat.js",
            (_RECEIVED, "received: (row) => row.sender_id !== userId && void this.#history.inserted(row)"),
        ),
        by="test_guide.py::test_two_tabs_see_each_others_messages",
        saying="ana's tab 2 should show the messages",
    ),
    fault(
        "reloads-for-news",
        "the page reloads itself to show a message of somebody else",
        script(
            "openChat.js",
            (
                _RECEIVED,
                "received: (row) => row.sender_id !== userId ? location.reload() : void this.#history.inserted(row)",
            ),
        ),
        by=_TWO_PEOPLE,
        saying="loaded anew",
    ),
    fault(
        "list-not-reordered",
        "a conversation with a new message stays where it is",
        script("conversations.js", ("chat.lastMessageAt = row.created_at;", "{}")),
        by=_LIST_FOLLOWS,
        saying="it at the top",
    ),
    fault(
        "last-message-not-updated",
        "beside the name is the message that was the last one when the page was loaded",
        script("conversations.js", ("if (!row.deleted_at && row.seq > (chat.last?.seq ?? 0)) chat.last = row;", "")),
        by=_LIST_FOLLOWS,
        saying="beside",
    ),
    fault(
        "updates-dropped",
        "no change of a row arrives, so a tick stays as it is",
        Frames(to_page=frames.without("UPDATE")),
        by="test_sending.py::test_its_tick_follows",
        saying="a tick for delivered",
    ),
    fault(
        "deleted-still-shown",
        "a deleted message stays",
        script("messageStore.js", (".filter((row) => row.deleted_at === null)", "")),
        by="test_deleting.py::test_a_deleted_message_disappears_in_every_tab",
        saying="should show the messages",
    ),
    fault(
        "badge-counts-deleted",
        "a deleted message is counted as unread until the page is reloaded",
        script("app.js", ("(row.deleted_at || row.status === 'read')", "row.status === 'read'")),
        by="test_deleting.py::test_it_is_not_counted_as_unread",
        saying=r"should show the badge '\d'",
    ),
    fault(
        "badge-never-cleared",
        "the unread count is not fetched again after the messages are read",
        script(
            "app.js",
            ("read: (id) => void this.#conversations.count(id)", "read: () => {}"),
            ("(row.deleted_at || row.status === 'read')", "row.deleted_at"),
            ("...mine, received: (row) => void this.#conversations.count(row.chat_id)", "...mine, received: () => {}"),
        ),
        by="test_group_badges.py::test_one_members_reading_clears_nobody_elses_badge",
        saying="the badge ''",
    ),
)
