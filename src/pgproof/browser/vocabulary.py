"""The names that the API behind a page uses for what a tab's log contains."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Vocabulary:
    """The names of one project's API; without any, a log still holds everything, in the API's own words.

    messages: the table that a page sends to. text, status, deleted: the columns that describe a message.
    marks: a regular expression of the functions with which every page reports what it has shown. marked: their answer
    if nothing was to be marked. wrong: a regular expression that no console message of any kind may match.
    """

    messages: str = ""
    text: str = ""
    status: str = "status"
    deleted: str = "deleted_at"
    marks: str = ""
    marked: Any = None
    wrong: str = ""

    def sends(self, address: str) -> bool:
        """Return whether a POST to this address of PostgREST stores messages."""
        return bool(self.messages) and re.search(rf"/rest/v1/{self.messages}\b", address) is not None

    def reports(self, address: str) -> bool:
        """Return whether a request to this address of PostgREST only reports what a page has shown."""
        return bool(self.marks) and re.search(rf"/rest/v1/rpc/{self.marks}", address) is not None

    def is_wrong(self, text: str) -> bool:
        """Return whether a console message must not say this."""
        return bool(self.wrong) and re.search(self.wrong, text) is not None

    def texts(self, body: str | None) -> list[str]:
        """Return the texts of the messages that a request with this body stores; none if the body is not understood."""
        try:
            found = json.loads(body or "null")
        except ValueError:
            return []
        rows = found if isinstance(found, list) else [found]
        return [str(row[self.text]) for row in rows if isinstance(row, dict) and self.text in row]

    def change(self, kind: Any, table: Any, record: Any) -> str:
        """Return a change of a table in few words: of a message its seq, text and status, of other rows everything.

        kind: INSERT, UPDATE or DELETE. record: the row.
        """
        if not self.messages or table != self.messages or not isinstance(record, dict) or self.text not in record:
            return f"{kind} {table} {json.dumps(record, ensure_ascii=False, default=str)}"
        deleted = " deleted" if record.get(self.deleted) else ""
        return f"{kind} seq {record.get('seq')} '{record[self.text]}' {record.get(self.status)}{deleted}"


PLAIN = Vocabulary()
