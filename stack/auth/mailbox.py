"""The mails that the service would send: they are kept, newest first, and read at /inbox."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

_KEPT = 500
_SUBJECTS = {
    "signup": "Confirm your address",
    "magiclink": "Your link to sign in",
    "recovery": "Set a new password",
    "invite": "You have been invited",
    "email_change_current": "Confirm that your address changes",
    "email_change_new": "Confirm your new address",
    "reauthentication": "Your code to confirm that it is you",
}


@dataclass(frozen=True)
class Mail:
    """One mail. type: signup, magiclink, recovery, …. code: the digits. link: what to click; "" if there is none."""

    to: str
    type: str
    code: str
    link: str
    token_hash: str
    sent_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))

    @property
    def subject(self) -> str:
        """What the mail is about."""
        return _SUBJECTS[self.type]

    def as_json(self) -> dict[str, Any]:
        """Return all that is known of it."""
        return {**asdict(self), "subject": self.subject}


class Mailbox:
    """The newest 500 mails of all people."""

    def __init__(self) -> None:
        self._mails: deque[Mail] = deque(maxlen=_KEPT)

    def deliver(self, mail: Mail) -> None:
        """Put a mail on top."""
        self._mails.appendleft(mail)

    def read(self, to: str = "") -> list[Mail]:
        """Return the mails, newest first. to: only those to this address; "" for all."""
        return [mail for mail in self._mails if not to or mail.to == to.strip().lower()]

    def clear(self) -> None:
        """Throw all away."""
        self._mails.clear()
