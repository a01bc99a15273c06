"""What a front end looks like, as data: a TOML file, and one sentence for each mistake in it.

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

# What a page may lack, and the keys that describe it where it exists.
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
        raise ValueError(f"'{text}' is not a valid regular expression ({error})") from None
    return text


def _path(text: str) -> str:
    if not text.startswith("/"):
        raise ValueError(f"'{text}' is not a path; a path begins with /")
    return text


def _with_flags(text: str) -> str:
    if "flags" not in _places(text, ("flags",)):
        raise ValueError(f"'{text}' has no {{flags}} to mark where the flags go")
    return text


def _key(text: str) -> str:
    _places(text, _OF_A_PERSON)
    return text


def _value(text: str) -> str:
    _places(text, (*_OF_A_PERSON, "session"))
    return text


def _places(text: str, known: tuple[str, ...]) -> list[str]:
    """Return the names in braces. Raises ValueError for one that is not known."""
    try:
        parts = [part for part in Formatter().parse(text) if part[1] is not None]
    except ValueError:
        raise ValueError(f"'{text}' has an unmatched brace; write a literal brace twice") from None
    for _, name, form, conversion in parts:
        if name not in known or form or conversion:
            given = f"{name}{f'!{conversion}' if conversion else ''}{f':{form}' if form else ''}"
            raise ValueError(f"'{{{given}}}' is unknown here; expected {' or '.join(f'{{{each}}}' for each in known)}")
    return [str(name) for _, name, _, _ in parts]


_OF_A_PERSON = ("email", "user_id", "project")
Text = Annotated[str, Field(min_length=1)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Selectors(_Table):
    """CSS selectors. Those of a part of a conversation or message are looked up inside it, and may match it itself."""

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
    """CSS selectors, one for each status; a message has the status whose selector it matches or contains."""

    sent: Text
    delivered: Text
    read: Text
    sending: Text | None = None
    failed: Text | None = None


class Form(_Table):
    """A sign-in form: its address, if it differs from the page's, and the CSS selectors of its fields."""

    path: Annotated[str, AfterValidator(_path)] | None = None
    email: Text
    password: Text
    submit: Text


class Stored(_Table):
    """One thing that the page stores of a session. area: localStorage or sessionStorage.

    In key and value, {email} and {user_id} stand for those of the person and {project} for the first part of the API's
    host name; in the value, {session} stands for the whole session as JSON.
    """

    area: Literal["local", "session"] = "local"
    key: Annotated[Text, AfterValidator(_key)]
    value: Annotated[Text, AfterValidator(_value)] = "{session}"


class SignIn(_Table):
    """How people sign in: at least one of the two ways. With both, the form is tried once; all others use storage."""

    form: Form | None = None
    storage: tuple[Stored, ...] = Field(default=(), strict=False)

    @model_validator(mode="after")
    def _one(self) -> SignIn:
        if self.form is None and not self.storage:
            raise ValueError("has neither a form nor a storage; give at least one")
        return self


class Frontend(_Table):
    """A page that shows conversations and, when one is opened, its messages.

    path: of the page below its base address. flags: added to the address to switch features; {flags} stands for
    name:on and name:off, separated by commas. absent: the features that the page lacks.
    console_noise: regular expressions of console messages to ignore.
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
        """Return whether the page has a feature. feature: a key of FEATURES."""
        assert feature in FEATURES, f"'{feature}' is not a feature"
        return feature not in self.absent

    def selector(self, name: str) -> str:
        """Return a selector by its name, such as "composer"; that of a feature only if the page has the feature."""
        found = getattr(self.selectors, name)
        assert found is not None, f"{self.name} has no selector '{name}'"
        return str(found)

    def all_selectors(self) -> Iterator[tuple[str, str]]:
        """Yield each selector after its name in the file, such as "sign_in.form.email"."""
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
        """Yield a sentence for each feature that is both described and declared absent, or neither."""
        for feature, keys in FEATURES.items():
            for key in keys:
                table, _, name = key.rpartition(".")
                given = getattr(self.selectors if table else self, name) is not None
                if feature in self.absent and given:
                    yield f"{key} is given, but '{feature}' is declared absent"
                elif feature not in self.absent and not given:
                    yield f"{key} is missing; give it, or add '{feature}' to absent"


def read(path: Path) -> Frontend:
    """Return the description in a TOML file. Raises UsageError, which names every mistake in it."""
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
