"""The headers Prefer and Accept, as PostgREST reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from stack.rest.errors import ApiError, no_media_type, not_implemented

if TYPE_CHECKING:
    from stack.rest.relations import Handler

_KNOWN = {
    "resolution": ("merge-duplicates", "ignore-duplicates"),
    "missing": ("default", "null"),
    "return": ("representation", "minimal", "headers-only"),
    "count": ("exact", "planned", "estimated"),
    "tx": ("commit", "rollback"),
    "handling": ("strict", "lenient"),
}
_MAX_AFFECTED = "max-affected"
_TIMEZONE = "timezone"


@dataclass(frozen=True)
class Preferences:
    """What Prefer asks for, by name, in the order in which it is confirmed."""

    values: dict[str, str] = field(default_factory=dict)

    @property
    def returned(self) -> str:
        """What a write answers with: minimal (the default), headers-only or representation."""
        return self.values.get("return", "minimal")

    @property
    def count(self) -> str | None:
        """How to count all rows: exact, planned or estimated; None if nobody asked."""
        return self.values.get("count")

    @property
    def resolution(self) -> str | None:
        """What to do with rows that exist: merge-duplicates or ignore-duplicates; None makes them an error."""
        return self.values.get("resolution")

    @property
    def missing_default(self) -> bool:
        """Whether columns that a row of the body does not have get their default instead of NULL."""
        return self.values.get("missing") == "default"

    @property
    def max_affected(self) -> int | None:
        """How many rows a write may change at most, None for any number."""
        asked = self.values.get(_MAX_AFFECTED)
        return int(asked) if asked is not None else None

    @property
    def timezone(self) -> str | None:
        """The time zone of the transaction, None for the database's."""
        return self.values.get(_TIMEZONE)

    def rolls_back(self, *, unless_asked: bool) -> bool:
        """Return whether the transaction leaves nothing behind. unless_asked: whether it does by default."""
        return self.values.get("tx", "rollback" if unless_asked else "commit") == "rollback"

    def applied(self, *names: str) -> str:
        """Return the header Preference-Applied: which of these were asked for; empty if none."""
        return ", ".join(f"{name}={value}" for name, value in self.values.items() if name in names)


@lru_cache(256)
def preferences(header: str, *, may_choose_end: bool = False) -> Preferences:
    """Return what a Prefer header asks for. What is not known is ignored; with handling=strict it raises ApiError.

    may_choose_end: whether tx= is obeyed; otherwise it is known, and without effect.
    """
    asked: dict[str, str] = {}
    unknown: list[str] = []
    for preference in filter(None, (each.strip() for each in header.split(","))):
        name, _, value = preference.partition("=")
        if value in _KNOWN.get(name, ()) or name == _TIMEZONE:
            asked.setdefault(name, value)
        elif name == _MAX_AFFECTED:
            if value.removeprefix("-").isascii() and value.removeprefix("-").isdecimal():
                asked.setdefault(name, value)
        else:
            unknown.append(preference)
    strict = asked.get("handling") == "strict"
    if unknown and strict:
        details = f"Invalid preferences: {', '.join(unknown)}"
        raise ApiError(400, "PGRST122", "Invalid preferences given with handling=strict", details=details)
    if not strict:
        asked.pop(_MAX_AFFECTED, None)
    if not may_choose_end:
        asked.pop("tx", None)
    return Preferences({name: asked[name] for name in (*_KNOWN, _TIMEZONE, _MAX_AFFECTED) if name in asked})


@dataclass(frozen=True)
class Shape:
    """How rows are put into the body. content_type: of the response.

    single: as one object instead of an array. without_nulls: keys whose value is null are left out. csv: as lines of
    text, with the names first. handler: what makes the body instead.
    """

    content_type: str
    single: bool = False
    without_nulls: bool = False
    csv: bool = False
    handler: Handler | None = None


@lru_cache(256)
def shape(
    accept: str, *, plans: bool = False, own: tuple[Handler, ...] = (), any_rows: tuple[Handler, ...] = ()
) -> Shape:
    """Return the shape of the first media type of Accept that can be produced. Raises ApiError if none can.

    plans: the project asks for plans, too, which are not made here. own: the handlers of what is asked; any_rows: those
    of the rows of any relation.
    """
    by_type = {each.media: each for each in any_rows} | {each.media: each for each in own}
    whatever = next((each for each in own if each.media == "*/*"), None)
    for asked in accept.split(","):
        media_type, *parameters = (part.strip().lower() for part in asked.split(";"))
        stripped = "nulls=stripped" in parameters
        kind = _MEDIA_TYPES.get(media_type)
        handler = whatever or by_type.get(media_type)
        # One object, and rows without nulls, are always what they are.
        if handler is not None and not (kind == "object" or (kind == "array" and stripped)):
            return Shape(handler.content_type, handler=handler)
        if kind == "json":
            return Shape("application/json; charset=utf-8")
        if kind == "csv":
            return Shape("text/csv; charset=utf-8", csv=True)
        if media_type.startswith("application/vnd.pgrst.plan") and plans:
            raise not_implemented("the plan of a request (pgrst.db_plan_enabled)")
        if kind == "array" and not stripped:
            return Shape("application/json; charset=utf-8")
        if kind is not None:
            name = f"application/vnd.pgrst.{kind}+json{';nulls=stripped' if stripped else ''}; charset=utf-8"
            return Shape(name, single=kind == "object", without_nulls=stripped)
    raise no_media_type(accept)


_MEDIA_TYPES: dict[str, Literal["json", "object", "array", "csv"]] = {
    "": "json",
    "*/*": "json",
    "application/*": "json",
    "application/json": "json",
    "text/csv": "csv",
    "application/vnd.pgrst.object": "object",
    "application/vnd.pgrst.object+json": "object",
    "application/vnd.pgrst.array": "array",
    "application/vnd.pgrst.array+json": "array",
}
