"""What the API behind a page calls the things that a tab's log tells of."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Vocabulary:
    """The names of one project's API; with none of them a log still holds everything, in the API's own words.

    messages: the table that a page sends to. text, status, deleted: its columns that say what a message is.
    marks: a regular expression of the functions by which every page reports what it has shown, and `marked` what
    their answer is where nothing was to be marked. wrong: a regular expression of what no console message may say,
    whatever its kind.
    """

    messages: str = ""
    text: str = ""
    status: str = "status"
    deleted: str = "deleted_at"
    marks: str = ""
    marked: Any = None
    wrong: str = ""

    def sends(self, address: str) -> bool:
        """Whether a request to this address stores messages, if it is a POST."""
        return bool(self.messages) and re.search(rf"/rest/v1/{self.messages}\b", address) is not None

    def reports(self, address: str) -> bool:
        """Whether a request to this address only reports what a page has shown."""
        return bool(self.marks) and re.search(rf"/rest/v1/rpc/{self.marks}", address) is not None

    def is_wrong(self, text: str) -> bool:
        """Whether no console message may say this."""
        return bool(self.wrong) and re.search(self.wrong, text) is not None

    def texts(self, body: str | None) -> list[str]:
        """Return the texts of the messages that a request stores.

        A page may send them in a form of its own, of which nothing is known: then there are none.
        """
        try:
            found = json.loads(body or "null")
        except ValueError:
            return []
        rows = found if isinstance(found, list) else [found]
        return [str(row[self.text]) for row in rows if isinstance(row, dict) and self.text in row]

    def change(self, kind: Any, table: Any, record: Any) -> str:
        """Return a change of a table in few words: of a message its seq, text and status, of other rows everything."""
        if not self.messages or table != self.messages or not isinstance(record, dict) or self.text not in record:
            return f"{kind} {table} {json.dumps(record, ensure_ascii=False, default=str)}"
        deleted = " deleted" if record.get(self.deleted) else ""
        return f"{kind} seq {record.get('seq')} '{record[self.text]}' {record.get(self.status)}{deleted}"


PLAIN = Vocabulary()
