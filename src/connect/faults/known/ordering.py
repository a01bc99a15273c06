"""Faults of the order of messages."""

from connect.faults import fault, frames
from connect.faults.frames import Frames
from connect.faults.scripts import script

_NO_ORDER = (".sort((a, b) => a.seq - b.seq)", "")

FAULTS = (
    fault(
        "ordered-by-time",
        "messages stand in the order of created_at",
        script("messageStore.js", ("a.seq - b.seq", "Date.parse(a.created_at) - Date.parse(b.created_at)")),
        by="test_guide.py::test_messages_are_in_order_of_seq",
        saying="the messages",
    ),
    fault(
        "ordered-as-loaded",
        "messages stand in the order in which they were read, newest first",
        script("messageStore.js", _NO_ORDER),
        by="test_guide.py::test_messages_are_in_order_of_seq",
        saying="the messages",
    ),
    fault(
        "appended-as-they-come",
        "frames come out of order, and the page puts each at the end",
        Frames(to_page=frames.crosswise),
        script(
            "messageStore.js",
            _NO_ORDER,
            ("    for (const row of rows) {", "    for (const row of [...rows].sort((a, b) => a.seq - b.seq)) {"),
        ),
        script("history.js", ("row.seq > this.store.newestSeq + 1", "row.seq < 0")),
        by="test_order.py::test_a_burst_from_both_sides_is_in_one_order",
        saying="the messages",
    ),
)
