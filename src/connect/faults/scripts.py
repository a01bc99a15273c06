"""Changes of the page's own modules, before they are bundled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Route

    from connect.faults.effects import Effects


class NotThere(ValueError):
    """A script does not contain the text to be replaced, or contains it more than once."""


@dataclass(frozen=True)
class Script:
    """A change of one file of js/. replaced: pairs of an old text, which must occur exactly once, and a new one."""

    file: str
    replaced: tuple[tuple[str, str], ...]

    def changed(self, text: str) -> str:
        """Return the file's text with the change. Raises NotThere."""
        for old, new in self.replaced:
            if text.count(old) != 1:
                raise NotThere(f"{self.file} contains {old!r} {text.count(old)} times; expected it once")
            text = text.replace(old, new)
        return text


@dataclass(frozen=True)
class Scripts:
    """A change of the page's one script: it is bundled from the modules with these files changed."""

    files: tuple[Script, ...]

    def install(self, context: BrowserContext, effects: Effects) -> None:
        """Replace the script; see connect.faults.effects.Change."""

        def answer(route: Route) -> None:
            try:
                bundle = _bundle(self.files)
            except NotThere as error:
                effects.missed(str(error))
                route.fallback()
                return
            effects.changed()
            route.fulfill(body=bundle, content_type="text/javascript")

        context.route(re.compile(r"/chat/page\.js$"), answer)


@cache
def _bundle(files: tuple[Script, ...]) -> bytes:
    from connect.embedded_stack import bundled_page

    def change(modules: Path) -> None:
        for each in files:
            module = modules / each.file
            module.write_text(each.changed(module.read_text(encoding="utf-8")), encoding="utf-8")

    return bundled_page(change)


def script(file: str, *replaced: tuple[str, str]) -> Script:
    """Return the change of one file. replaced: pairs of an old and a new text."""
    return Script(file, replaced)
