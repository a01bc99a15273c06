"""Files that are written completely or not at all, so that a reader never sees a part of one."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def replace(path: Path, text: str) -> None:
    """Write a file, and keep the rights of one that was there; where path is a link, what it points to is written.

    Several processes may write the same file: the last one wins. Raises OSError, and leaves nothing behind then.
    """
    target = path.resolve()
    partial = target.with_name(f".{target.name}.{os.urandom(8).hex()}")
    try:
        with partial.open("x", encoding="utf-8") as file:
            file.write(text)
        if target.exists():
            partial.chmod(stat.S_IMODE(target.stat().st_mode))
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
