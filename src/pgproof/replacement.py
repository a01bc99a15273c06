"""Puts a folder in the place of another one, so that at every moment one of the two is whole."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def replace(folder: Path, new: Path, old: Path) -> None:
    """Rename the new folder to this one. What was there is removed only after that, and is back if that fails.

    old: where it is meanwhile, on the same file system; what an interruption left there counts if the folder is gone.
    Raises OSError.
    """
    try:
        if folder.exists():
            if old.exists():
                shutil.rmtree(old)
            folder.rename(old)
        new.rename(folder)
    finally:
        # Also after Ctrl-C.
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)
        elif old.exists():
            old.rename(folder)
