"""The page of one failed test of tests/e2e: everything that a person needs to see what broke, in one HTML file."""

from __future__ import annotations

import base64
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connect.vocabulary import VOCABULARY
from pgproof.browser.log import LAST
from pgproof.history.sidebyside import MISSING
from pgproof.reporting import TEMPLATES

if TYPE_CHECKING:
    from connect.scenario.chat import Chat
    from connect.scenario.scenario import Scenario
    from pgproof.browser import Tab
    from pgproof.realtime import Subscription

_PICTURE_MS = 5000


@dataclass(frozen=True)
class Failed:
    """A failed test. id: its node id. states: the sentence of its docstring. said: the failure's text.

    again: the command line that runs it again.
    """

    id: str
    states: str
    said: str
    again: str

    @property
    def file_name(self) -> str:
        """The name of its page, without an ending."""
        return re.sub(r"[^\w.-]+", "-", self.id.removeprefix("tests/").replace(".py::", "--")).strip("-")


def write(scenario: Scenario, failed: Failed, folder: Path) -> Path:
    """Write the page of a failed test into a folder, and return its path. Neither it nor the traces hold a secret.

    The traces lie beside it, in a folder of the same name, which is emptied first.
    """
    import jinja2

    beside = folder / failed.file_name
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    sentence, _, detail = failed.said.partition("\n")
    loader = jinja2.FileSystemLoader([Path(__file__).parent, TEMPLATES])
    environment = jinja2.Environment(
        loader=loader,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        # Scrub before HTML escapes quotes, since the patterns do not know escaped ones.
        finalize=lambda value: scenario.scrub.text(str(value)),
    )
    page = environment.get_template("failure.html.j2").render(
        failed=failed,
        sentence=sentence,
        detail=detail,
        target=scenario.target,
        frontend=scenario.frontend,
        missing=MISSING,
        last=LAST,
        tabs=[_tab(tab) for tab in scenario.tabs],
        chats=[_chat(scenario, chat) for chat in scenario.chats],
        listeners=[(name, _events(subscription)) for name, _, subscription in scenario.listeners],
        snapshots=scenario.snapshots,
        traces=[path.relative_to(folder).as_posix() for path in _traces(scenario, beside)],
    )
    path = folder / f"{failed.file_name}.html"
    path.write_text(scenario.scrub.text(page), encoding="utf-8")
    return path


def _tab(tab: Tab) -> dict[str, Any]:
    from playwright.sync_api import Error

    try:
        picture = base64.b64encode(tab.page.screenshot(timeout=_PICTURE_MS, animations="disabled")).decode()
    except Error as error:
        # A page that hangs may be the very fault.
        return {"tab": tab, "picture": None, "why": error.message.splitlines()[0]}
    return {"tab": tab, "picture": picture, "why": None}


def _chat(scenario: Scenario, chat: Chat) -> dict[str, Any]:
    judgement = scenario.judge(chat)
    return {"chat": chat, "rows": scenario.rows(chat), "anomalies": judgement.anomalies, "orders": judgement.orders}


def _events(subscription: Subscription) -> list[str]:
    states = [(at, f"{state} {reason}".strip()) for at, state, reason in subscription.states]
    changes = [
        (
            each.received,
            f"{VOCABULARY.change(each.type, each.table, each.record or each.old_record)} {' '.join(each.errors)}",
        )
        for each in subscription.events
    ]
    return [f"{at} {what}" for at, what in sorted(states + changes)[-LAST:]]


def _traces(scenario: Scenario, folder: Path) -> list[Path]:
    found = []
    # A trace that cannot be cleaned must not be kept.
    with tempfile.TemporaryDirectory() as recorded:
        for device, context in scenario.devices.contexts.items():
            path = Path(recorded, f"{re.sub(r'[^a-z0-9]+', '-', device.lower())}.zip")
            context.tracing.stop(path=path)
            scenario.scrub.trace(path)
            found.append(Path(shutil.move(path, folder / path.name)))
    return found
