"""The page of one failed test of tests/e2e: everything that a person needs to see what broke, in one file of HTML."""

from __future__ import annotations

import base64
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.history.sidebyside import MISSING
from harness.pages.log import LAST
from harness.pages.wire import row

if TYPE_CHECKING:
    from harness.pages import Tab
    from harness.realtime import Subscription
    from harness.stage import Chat, Stage

_HERE = Path(__file__).parent
_PICTURE_MS = 5000


@dataclass(frozen=True)
class Failed:
    """id: of the test. states: what it holds to be true. said: the failure's text. again: the line that repeats it."""

    id: str
    states: str
    said: str
    again: str

    @property
    def file_name(self) -> str:
        """Of its page, without an ending."""
        return re.sub(r"[^\w.-]+", "-", self.id.removeprefix("tests/").replace(".py::", "--")).strip("-")


def write(stage: Stage, failed: Failed, folder: Path) -> Path:
    """The page's path. Traces lie in a folder of the same name beside it; nothing in either holds a secret."""
    import jinja2

    beside = folder / failed.file_name
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    sentence, _, detail = failed.said.partition("\n")
    loader = jinja2.FileSystemLoader([_HERE, _HERE / "reporting"])
    environment = jinja2.Environment(
        loader=loader,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        # Before HTML writes quotes otherwise, which the patterns would not know.
        finalize=lambda value: stage.scrub.text(str(value)),
    )
    page = environment.get_template("failure.html.j2").render(
        failed=failed,
        sentence=sentence,
        detail=detail,
        target=stage.target,
        frontend=stage.frontend,
        missing=MISSING,
        last=LAST,
        tabs=[_tab(tab) for tab in stage.tabs],
        chats=[_chat(stage, chat) for chat in stage.chats],
        listeners=[(name, _events(subscription)) for name, _, subscription in stage.listeners],
        snapshots=stage.snapshots,
        traces=[path.relative_to(folder).as_posix() for path in _traces(stage, beside)],
    )
    path = folder / f"{failed.file_name}.html"
    path.write_text(stage.scrub.text(page), encoding="utf-8")
    return path


def _tab(tab: Tab) -> dict[str, Any]:
    from playwright.sync_api import Error

    try:
        picture = base64.b64encode(tab.page.screenshot(timeout=_PICTURE_MS, animations="disabled")).decode()
    except Error as error:
        # A page that hangs is just what there may be to see.
        return {"tab": tab, "picture": None, "why": error.message.splitlines()[0]}
    return {"tab": tab, "picture": picture, "why": None}


def _chat(stage: Stage, chat: Chat) -> dict[str, Any]:
    judgement = stage.judge(chat)
    return {"chat": chat, "rows": stage.rows(chat), "findings": judgement.findings, "orders": judgement.orders}


def _events(subscription: Subscription) -> list[str]:
    states = [(at, f"{state} {reason}".strip()) for at, state, reason in subscription.states]
    changes = [
        (each.received, f"{row(each.type, each.table, each.record or each.old_record)} {' '.join(each.errors)}")
        for each in subscription.events
    ]
    return [f"{at} {what}" for at, what in sorted(states + changes)[-LAST:]]


def _traces(stage: Stage, folder: Path) -> list[Path]:
    found = []
    # What cannot be cleaned must not stay.
    with tempfile.TemporaryDirectory() as recorded:
        for device, context in stage.contexts.items():
            path = Path(recorded, f"{re.sub(r'[^a-z0-9]+', '-', device.lower())}.zip")
            context.tracing.stop(path=path)
            stage.scrub.trace(path)
            found.append(Path(shutil.move(path, folder / path.name)))
    return found
