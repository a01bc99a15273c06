"""A proposed description: what was found for each key and how sure it is, and the TOML file of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple

REQUIRED = ("conversation", "conversation_name", "message", "message_text", "own", "composer")
# What is to be written for a key that was not found.
_ADVICE = {
    "conversation": "one row of the list; sign in as somebody who has conversations",
    "conversation_name": "inside a row, the element with the name alone",
    "last_message": "inside a row, the element with the text of the newest message alone",
    "badge": "inside a row, the count of unread messages; shown only while something is unread",
    "message": "one message of the open conversation; open one that has messages",
    "message_text": "inside a message, the element with its text alone",
    "own": "what only one's own messages match or contain; open a conversation in which one wrote",
    "composer": "the field in which a message is written",
    "send": "nothing, if Enter in the composer sends",
    "reply": "the button inside a message that answers it",
    "quote": "inside an answer, the text that it quotes; shown only in a conversation with an answer",
    "pending": "what says that messages wait to be sent; shown only while some do",
    "connection": "what shows the state of the connection",
    "alert": "what tells of an error; shown only after one",
    "ticks": "[ticks] with sent, delivered and read, each what only a message of that status matches or contains",
}
# A feature, and the keys without which it is declared absent.
_FEATURES = {
    "badge": ("badge",),
    "preview": ("last_message",),
    "ticks": (),
    "reply": ("reply", "quote"),
    "pending": ("pending",),
    "connection": ("connection",),
    "alert": ("alert",),
}
# What the description's format takes for a value that is not given, where that is not the session as JSON.
_DEFAULTS = {"cookie": "base64-{session_base64url}"}
# What cannot be seen without sending or switching something; absent is what asks the least of a page.
_UNSEEN = ("optimistic", "flags")


class Guess(NamedTuple):
    """A selector that was found. sure: "sure", "likely" or "a guess". why: in words. matches: how many elements."""

    selector: str
    sure: str
    why: str
    matches: int


class Stored(NamedTuple):
    """What the page stores of a session; see pgproof.browser.frontend."""

    area: str
    key: str
    value: str


@dataclass
class Proposal:
    """What was found of a page. path: of it, below its base address. form_path: of the sign-in form, if another.

    selectors, ticks, form: by their keys. storage: of a session. hindered: what was in the way, in sentences.
    """

    name: str
    path: str
    form_path: str | None = None
    selectors: dict[str, Guess] = field(default_factory=dict)
    ticks: dict[str, Guess] = field(default_factory=dict)
    form: dict[str, Guess] = field(default_factory=dict)
    storage: list[Stored] = field(default_factory=list)
    hindered: list[str] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        """The keys without which no run can begin, and that were not found."""
        keys = [f"selectors.{key}" for key in REQUIRED if key not in self.selectors]
        return keys if self.form or self.storage else [*keys, "sign_in"]

    @property
    def absent(self) -> list[str]:
        """The features that were not seen, so that the file declares them absent until somebody knows better."""
        found = [name for name, keys in _FEATURES.items() if not all(key in self.selectors for key in keys)]
        return [*(name for name in found if name != "ticks"), *([] if self.ticks else ["ticks"]), *_UNSEEN]

    def lines(self) -> list[str]:
        """Return what a person wants to know: each key with what it matches, then what was not found."""
        tables = (("selectors", self.selectors), ("ticks", self.ticks), ("sign_in.form", self.form))
        found = [(f"{table}.{key}", guess) for table, guesses in tables for key, guess in guesses.items()]
        width = max((len(key) for key, _ in found), default=0)
        said = [
            f"{key:<{width}}  {guess.selector}  ({guess.sure}, {_count(guess.matches)}: {guess.why})"
            for key, guess in found
        ]
        said += [
            f"sign_in.storage  {each.area} {each.key} = {each.value}  (sure: the session is kept there)"
            for each in self.storage
        ]
        lacking = [key for key in _ADVICE if key not in self.selectors and not (key == "ticks" and self.ticks)]
        said += [f"not found: {_place(key)}: {_ADVICE[key]}" for key in lacking]
        if not self.form and not self.storage:
            said.append("not found: sign_in: the fields of the form, or where the page stores the session")
        return said + self.hindered

    def toml(self) -> str:
        """Return the description as a file. What is missing and required stands in it as a comment."""
        lines = [
            "# Proposed by `python -m harness describe`; docs/frontend.md explains each key.",
            "version = 2",
            f"name = {_text(self.name)}",
            f"path = {_text(self.path)}",
            "# What was not seen; describe what the page does have, and remove it here.",
            f"absent = [{', '.join(map(_text, self.absent))}]",
        ]
        if self.form:
            lines += ["", "[sign_in.form]"]
            lines += [f"path = {_text(self.form_path)}"] if self.form_path else []
            lines += [_line(key, guess) for key, guess in self.form.items()]
        for each in self.storage:
            lines += ["", "[[sign_in.storage]]"]
            lines += [f"area = {_text(each.area)}"] if each.area != "local" else []
            lines += [f"key = {_text(each.key)}"]
            lines += [f"value = {_text(each.value)}"] if each.value != _DEFAULTS.get(each.area, "{session}") else []
        absent = {key for name in self.absent for key in _FEATURES.get(name, ())}
        lines += ["", "[selectors]"]
        for key, guess in self.selectors.items():
            lines.append(("# " if key in absent else "") + _line(key, guess))
        lines += [f'# {key} = ""  # {_ADVICE[key]}' for key in REQUIRED if key not in self.selectors]
        if self.ticks:
            lines += ["", "[ticks]", *(_line(key, guess) for key, guess in self.ticks.items())]
        return "\n".join(lines) + "\n"


def guesses(found: dict[str, Any]) -> dict[str, Guess]:
    """Return what guess.js found as guesses; without what it did not find."""
    return {
        key: Guess(each["selector"], each["sure"], each["why"], each["matches"])
        for key, each in found.items()
        if isinstance(each, dict) and each.get("why")
    }


def _line(key: str, guess: Guess) -> str:
    doubt = "" if guess.sure == "sure" else f"  # {guess.sure}: {guess.why}"
    return f"{key} = {_text(guess.selector)}{doubt}"


def _text(text: str | None) -> str:
    # A JSON string without escapes beyond the common ones is a basic string of TOML.
    return json.dumps(text, ensure_ascii=False)


def _place(key: str) -> str:
    return key if key == "ticks" else f"selectors.{key}"


def _count(matches: int) -> str:
    return f"{matches} match" if matches == 1 else f"{matches} matches"
