"""What a front end looks like, as data: a TOML file, and one sentence for each mistake in it.

docs/frontend.md explains every key.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, ValidationError

from pgproof.browser.frontend_mistakes import sentence
from pgproof.browser.frontend_tables import (
    Address,
    Expression,
    Flags,
    Layout,
    Selectors,
    SignIn,
    Size,
    Table,
    Text,
    Ticks,
)
from pgproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSIONS = (1, 2)
Feature = Literal[
    "badge",
    "ticks",
    "reply",
    "optimistic",
    "pending",
    "connection",
    "alert",
    "flags",
    "retry",
    "preview",
    "delivery",
    "deletion",
    "older",
]
# What a page may lack, and the keys that describe it where it exists.
FEATURES: dict[Feature, tuple[str, ...]] = {
    "badge": ("selectors.badge",),
    "ticks": ("ticks",),
    "reply": ("selectors.reply", "selectors.quote"),
    "optimistic": (),
    "pending": ("selectors.pending",),
    "connection": ("selectors.connection",),
    "alert": ("selectors.alert",),
    "flags": ("flags",),
    "retry": (),
    "preview": ("selectors.last_message",),
    "delivery": (),
    "deletion": (),
    "older": (),
}


class Frontend(Table):
    """A page that shows conversations and, when one is opened, its messages.

    version: of the format; what a page has to do grows with it, so that no page fails that passed before.
    path: of the page below its base address. flags: added to the address to switch features; {flags} stands for
    name:on and name:off, separated by commas. absent: the features that the page lacks. order: of the list.
    viewports: the sizes of the window in which the page is looked at, the first one by default; none stands for the
    browser's own. viewport: what is another at one of them; at() puts it in. wait_after_open: a CSS selector of what
    is visible once an opened conversation may be used. console_noise: regular expressions of console messages to
    ignore. failing_requests: of requests that may fail, each as "METHOD path status".
    """

    version: Literal[1, 2] = 1
    name: Text
    path: Address
    sign_in: SignIn
    selectors: Selectors
    ticks: Ticks | None = None
    flags: Flags | None = None
    absent: tuple[Feature, ...] = Field(default=(), strict=False)
    order: Literal["newest", "any"] = "newest"
    viewports: tuple[Size, ...] = Field(default=(), strict=False)
    viewport: dict[str, Layout] = Field(default_factory=dict)
    wait_after_open: Text | None = None
    console_noise: tuple[Expression, ...] = Field(default=(), strict=False)
    failing_requests: tuple[Expression, ...] = Field(default=(), strict=False)

    def has(self, feature: str) -> bool:
        """Return whether the page has a feature. feature: a key of FEATURES."""
        assert feature in FEATURES, f"'{feature}' is not a feature"
        return feature not in self.absent

    def selector(self, name: str) -> str:
        """Return a selector by its name, such as "composer"; that of a feature only if the page has the feature."""
        found = getattr(self.selectors, name)
        assert found is not None, f"{self.name} has no selector '{name}'"
        return str(found)

    def at(self, size: str | None) -> Self:
        """Return the description of the page in a window of one size, with no other. size: None for the only one."""
        if size is None:
            assert not self.viewports, f"{self.name} is looked at in several sizes"
            return self
        layout = self.viewport.get(size, Layout())
        ticks = self.ticks and self.ticks.model_copy(update=layout.ticks)
        chosen = {"selectors": self.selectors.model_copy(update=layout.selectors), "ticks": ticks}
        return self.model_copy(update={**chosen, "viewports": (size,), "viewport": {}})

    @property
    def window(self) -> tuple[int, int] | None:
        """The width and height of the window, the first one of several; None for the browser's own."""
        if not self.viewports:
            return None
        width, height = self.viewports[0].split("x")
        return int(width), int(height)

    def all_selectors(self) -> Iterator[tuple[str, str]]:
        """Yield each selector after its name in the file, such as "sign_in.form.email"."""
        tables = (
            ("selectors", self.selectors),
            ("ticks", self.ticks),
            ("sign_in.form", self.sign_in.form),
            ("sign_in.code", self.sign_in.code),
        )
        for table, model in tables:
            if model is not None:
                for key, value in model.model_dump(exclude={"path"}, exclude_none=True).items():
                    yield f"{table}.{key}", value
        if self.wait_after_open is not None:
            yield "wait_after_open", self.wait_after_open
        for size, layout in self.viewport.items():
            for table, chosen in layout:
                for key, value in chosen.items():
                    yield f"viewport.{size}.{table}.{key}", value

    def contradictions(self) -> Iterator[str]:
        """Yield a sentence for each key that does not go with another one, or is not known at a size of the window."""
        for feature, keys in FEATURES.items():
            for key in keys:
                table, _, name = key.rpartition(".")
                given = getattr(self.selectors if table else self, name) is not None
                if feature in self.absent and given:
                    yield f"{key} is given, but '{feature}' is declared absent"
                elif feature not in self.absent and not given:
                    yield f"{key} is missing; give it, or add '{feature}' to absent"
        if self.ticks and self.has("delivery") != (self.ticks.delivered is not None):
            key = "ticks.delivered"
            if self.has("delivery"):
                yield f"{key} is missing; give it, or add 'delivery' to absent"
            else:
                yield f"{key} is given, but 'delivery' is declared absent"
        if self.selectors.older is not None and not self.has("older"):
            yield "selectors.older is given, but 'older' is declared absent"
        yield from self._of_layouts()

    def _of_layouts(self) -> Iterator[str]:
        for size in sorted({size for size in self.viewports if self.viewports.count(size) > 1}):
            yield f"viewports names {size} twice"
        for size, layout in self.viewport.items():
            if size not in self.viewports:
                yield f"viewport.{size} is no size of viewports; add '{size}' there"
            for table, chosen in layout:
                general = getattr(self, table)
                known = (Selectors if table == "selectors" else Ticks).model_fields
                for key in chosen:
                    where = f"viewport.{size}.{table}.{key}"
                    lacked = [each for each, keys in FEATURES.items() if {table, f"{table}.{key}"} & {*keys}]
                    if key not in known:
                        yield f"unknown key {where}"
                    elif absent := [each for each in lacked if each in self.absent]:
                        yield f"{where} is given, but '{absent[0]}' is declared absent"
                    elif general is None:
                        yield f"{where} is given, but there is no [{table}]"


def read(path: Path) -> Frontend:
    """Return the description in a TOML file. Raises UsageError, which names every mistake in it."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        # Another version's keys would all be mistakes.
        if content.get("version", 1) not in VERSIONS:
            known = " and ".join(map(str, VERSIONS))
            raise UsageError(f"{path}: version is {content['version']!r}; this release reads version {known}")
        frontend = Frontend.model_validate(content)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not TOML: {error}") from None
    except (OSError, UnicodeError) as error:
        raise UsageError(f"the front end's description {path} cannot be read: {_reason(error)}") from None
    except ValidationError as error:
        mistakes = [sentence(each) for each in error.errors(include_url=False)]
        raise UsageError(f"{path}: {'; '.join(mistakes)}") from None
    mistakes = list(frontend.contradictions())
    if mistakes:
        raise UsageError(f"{path}: {'; '.join(mistakes)}")
    return frontend


def _reason(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "it is not UTF-8"
