"""What a front end looks like, as data: a TOML file, and one sentence for each thing that is wrong in it.

docs/frontend.md explains every key.
"""

from __future__ import annotations

import re
import tomllib
from string import Formatter
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from pgproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What a page may do without, and the keys that describe it where there is one.
FEATURES: dict[str, tuple[str, ...]] = {
    "badge": ("selectors.badge",),
    "ticks": ("ticks",),
    "reply": ("selectors.reply", "selectors.quote"),
    "optimistic": (),
    "pending": ("selectors.pending",),
    "connection": ("selectors.connection",),
    "alert": ("selectors.alert",),
    "flags": ("flags",),
}


def _expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"'{text}' is no regular expression ({error})") from None
    return text


def _path(text: str) -> str:
    if not text.startswith("/"):
        raise ValueError(f"'{text}' is no path; it begins with /")
    return text


def _with_flags(text: str) -> str:
    if "flags" not in _places(text, ("flags",)):
        raise ValueError(f"'{text}' has no {{flags}} where they go")
    return text


def _key(text: str) -> str:
    _places(text, _OF_A_PERSON)
    return text


def _value(text: str) -> str:
    _places(text, (*_OF_A_PERSON, "session"))
    return text


def _places(text: str, known: tuple[str, ...]) -> list[str]:
    """The names in braces, all of them known."""
    try:
        parts = [part for part in Formatter().parse(text) if part[1] is not None]
    except ValueError:
        raise ValueError(f"'{text}' has a brace without its other; one of the text's own is written twice") from None
    for _, name, form, conversion in parts:
        if name not in known or form or conversion:
            given = f"{name}{f'!{conversion}' if conversion else ''}{f':{form}' if form else ''}"
            there = f"there {'is' if len(known) == 1 else 'are'} {', '.join(known)}"
            raise ValueError(f"'{{{given}}}' stands for nothing here; {there}")
    return [str(name) for _, name, _, _ in parts]


_OF_A_PERSON = ("email", "user_id", "project")
Text = Annotated[str, Field(min_length=1)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Selectors(_Table):
    """CSS selectors. Those of what is in a conversation or message are looked for inside it, and match it too."""

    conversation: Text
    conversation_name: Text
    last_message: Text
    message: Text
    message_text: Text
    own: Text
    composer: Text
    send: Text | None = None
    badge: Text | None = None
    reply: Text | None = None
    quote: Text | None = None
    pending: Text | None = None
    connection: Text | None = None
    alert: Text | None = None


class Ticks(_Table):
    """CSS selectors, one for each status; a message is in the status whose selector it matches or holds."""

    sent: Text
    delivered: Text
    read: Text
    sending: Text | None = None
    failed: Text | None = None


class Form(_Table):
    """A sign-in form: its address, if it is not the page's own, and the CSS selectors of its fields."""

    path: Annotated[str, AfterValidator(_path)] | None = None
    email: Text
    password: Text
    submit: Text


class Stored(_Table):
    """One thing that the page keeps of a session. In key and value, {email}, {user_id} and {project} stand for those
    of the person and for the first part of the API's host name, in the value {session} for the whole session as JSON.
    """

    area: Literal["local", "session"] = "local"
    key: Annotated[Text, AfterValidator(_key)]
    value: Annotated[Text, AfterValidator(_value)] = "{session}"


class SignIn(_Table):
    """At least one of the two. With both, the form is tried once and everybody else's session is put into storage."""

    form: Form | None = None
    storage: tuple[Stored, ...] = Field(default=(), strict=False)

    @model_validator(mode="after")
    def _one(self) -> SignIn:
        if self.form is None and not self.storage:
            raise ValueError("has neither a form nor a storage; give at least one")
        return self


class Frontend(_Table):
    """A page that shows conversations and, when one is opened, its messages.

    flags: what to add to the address to switch features, {flags} standing for name:on and name:off, with commas.
    absent: the features that it does not have. console_noise: regular expressions of messages to overlook.
    """

    name: Text
    path: Annotated[str, AfterValidator(_path)]
    sign_in: SignIn
    selectors: Selectors
    ticks: Ticks | None = None
    flags: Annotated[str, AfterValidator(_with_flags)] | None = None
    absent: tuple[Literal["badge", "ticks", "reply", "optimistic", "pending", "connection", "alert", "flags"], ...] = (
        Field(default=(), strict=False)
    )
    console_noise: tuple[Annotated[str, AfterValidator(_expression)], ...] = Field(default=(), strict=False)

    def has(self, feature: str) -> bool:
        """Whether the page has a feature of FEATURES."""
        assert feature in FEATURES, f"'{feature}' is no feature"
        return feature not in self.absent

    def selector(self, name: str) -> str:
        """A selector by its name, such as "composer"; that of a feature only if the page has it."""
        found = getattr(self.selectors, name)
        assert found is not None, f"asked for '{name}', which {self.name} has not"
        return str(found)

    def all_selectors(self) -> Iterator[tuple[str, str]]:
        """Each selector with its name in the file."""
        tables = (
            ("selectors", self.selectors),
            ("ticks", self.ticks),
            ("sign_in.form", self.sign_in.form),
        )
        for table, model in tables:
            if model is not None:
                for key, value in model.model_dump(exclude={"path"}, exclude_none=True).items():
                    yield f"{table}.{key}", value

    def contradictions(self) -> Iterator[str]:
        """One sentence for each feature that is neither described nor declared absent, or both."""
        for feature, keys in FEATURES.items():
            for key in keys:
                table, _, name = key.rpartition(".")
                given = getattr(self.selectors if table else self, name) is not None
                if feature in self.absent and given:
                    yield f"{key} is given, but '{feature}' is declared absent"
                elif feature not in self.absent and not given:
                    yield f"{key} is missing; give it, or add '{feature}' to absent"


def read(path: Path) -> Frontend:
    """Read a description. Raises UsageError, which names every mistake in it."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        frontend = Frontend.model_validate(content)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not TOML: {error}") from None
    except (OSError, UnicodeError) as error:
        raise UsageError(f"the front end's description {path} cannot be read: {_reason(error)}") from None
    except ValidationError as error:
        mistakes = [_sentence(each) for each in error.errors(include_url=False)]
        raise UsageError(f"{path}: {'; '.join(mistakes)}") from None
    mistakes = list(frontend.contradictions())
    if mistakes:
        raise UsageError(f"{path}: {'; '.join(mistakes)}")
    return frontend


def _reason(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "it is not UTF-8"


def _sentence(mistake: Any) -> str:
    where = ".".join(str(part + 1) if isinstance(part, int) else part for part in mistake["loc"])
    kind, given = mistake["type"], mistake["input"]
    known = {
        "missing": f"{where} is missing",
        "extra_forbidden": f"unknown key {where}",
        "string_too_short": f"{where} is empty",
        "string_type": f"{where} is {given!r}; expected text",
        "tuple_type": f"{where} is {given!r}; expected a list",
        "value_error": f"{where}: {mistake['msg'].removeprefix('Value error, ')}",
    }
    if kind == "literal_error":
        return f"{where} is {given!r}; expected {mistake['ctx']['expected']}"
    if kind in ("model_type", "model_attributes_type"):
        return f"{where} is {given!r}; expected a table"
    return known.get(kind, f"{where}: {mistake['msg']}")
