"""The tables of a front end's description, and what each value in them may be."""

from __future__ import annotations

import re
from string import Formatter
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator


def _expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"'{text}' is not a valid regular expression ({error})") from None
    return text


def _size(text: str) -> str:
    found = re.fullmatch(r"([1-9]\d{1,3})x([1-9]\d{1,3})", text)
    if found is None:
        raise ValueError(f"'{text}' is not a size; expected width and height in pixels, such as 1280x800")
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
    _places(text, (*_OF_A_PERSON, "session", "session_base64url"))
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
Expression = Annotated[str, AfterValidator(_expression)]
Address = Annotated[str, AfterValidator(_path)]
Size = Annotated[str, AfterValidator(_size)]
Flags = Annotated[str, AfterValidator(_with_flags)]


class Table(BaseModel):
    """A table of the file: no key that is not known, and no value of another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Selectors(Table):
    """CSS selectors. Those of a part of a conversation or message are looked up inside it, and may match it itself."""

    conversation: Text
    conversation_name: Text
    last_message: Text | None = None
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
    open_conversation_name: Text | None = None
    back: Text | None = None
    older: Text | None = None


class Ticks(Table):
    """CSS selectors, one for each status; a message has the status whose selector it matches or contains."""

    sent: Text
    delivered: Text | None = None
    read: Text
    sending: Text | None = None
    failed: Text | None = None


class Layout(Table):
    """The selectors that are others at one size of the window, by their names in the tables of the page."""

    selectors: dict[str, Text] = Field(default_factory=dict)
    ticks: dict[str, Text] = Field(default_factory=dict)


class Form(Table):
    """A sign-in form: its address, if it differs from the page's, and the CSS selectors of its fields."""

    path: Address | None = None
    email: Text
    password: Text
    submit: Text


class CodeForm(Table):
    """A sign-in form that asks for an email address, and then for a code that was sent there."""

    path: Address | None = None
    email: Text
    submit: Text
    code: Text
    verify: Text


class Stored(Table):
    """One thing that the page stores of a session. area: localStorage, sessionStorage or a cookie.

    In key and value, {email} and {user_id} stand for those of the person and {project} for the first part of the API's
    host name; in the value, {session} stands for the whole session as JSON, and {session_base64url} for that in
    base64url. By default, a value is what Supabase's clients store there.
    """

    area: Literal["local", "session", "cookie"] = "local"
    key: Annotated[Text, AfterValidator(_key)]
    value: Annotated[Text, AfterValidator(_value)] = "{session}"

    @model_validator(mode="before")
    @classmethod
    def _of_cookies(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("area") == "cookie":
            return {"value": "base64-{session_base64url}", **given}
        return given

    @model_validator(mode="after")
    def _named(self) -> Stored:
        if self.area == "cookie" and re.search(r"[\s;,=]", self.key):
            raise ValueError(f"'{self.key}' is no name of a cookie, which has no space, semicolon, comma or =")
        return self


class SignIn(Table):
    """How people sign in: at least one of the ways. With storage, each form is tried once; all others use storage."""

    form: Form | None = None
    code: CodeForm | None = None
    storage: tuple[Stored, ...] = Field(default=(), strict=False)

    @model_validator(mode="after")
    def _one(self) -> SignIn:
        if self.form is None and self.code is None and not self.storage:
            raise ValueError("has no form, no code and no storage; give at least one")
        return self
