"""Processes that tests start: only the given settings, their own folder for reports, and the usual signals."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import tempfile
import threading
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# A developer's own settings, and the CI job that this run is part of.
_OTHERS = ("CONNECT_", "PYTEST_", "PG", "GITHUB_")
_KEPT = ("CONNECT_CACHE_DIR", "CONNECT_RUN_DIR")


def clean_environment(settings: dict[str, str]) -> dict[str, str]:
    """Return this process's environment without the settings of a developer or CI job, plus the given settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OTHERS)}
    shared = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, **shared, "CONNECT_ENV_FILE": os.devnull, "CONNECT_REPORT_DIR": _reports(), **settings}


@cache
def _reports() -> str:
    """Return a folder for the reports of runs inside a test, so that they leave nothing in the outer run's report."""
    folder = tempfile.mkdtemp(prefix="connect-reports-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@contextmanager
def usual_signals() -> Iterator[None]:
    """Let processes started in the block be interrupted, even if this one ignores SIGINT, as in the background."""
    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    if not ignored or threading.current_thread() is not threading.main_thread():
        yield
        return
    # A handler, unlike SIG_IGN, is not inherited by a new program.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
