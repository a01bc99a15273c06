"""Writes the folder of a command, such as an adopted project's, as a whole, or not at all.

A list of its files with their hashes says, the next time, that the folder is the command's own. What a person added is
kept; what a person changed is not overwritten.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from typing import TYPE_CHECKING

from pgproof import replacement
from pgproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ADOPT = "adopt"


def manifest(by: str) -> str:
    """Return the name of the file with the hashes. by: the command that writes the folder, such as "adopt"."""
    return f"{by.removesuffix('e')}ed.json"


def check(folder: Path, by: str = ADOPT) -> None:
    """Raise UsageError, in one sentence, if the folder must not be written. by: the command that would."""
    if not folder.exists() and not folder.is_symlink():
        if not folder.parent.is_dir():
            raise UsageError(f"{folder} cannot be written: there is no folder {folder.parent}")
        return
    if not folder.is_dir() or folder.is_symlink():
        raise UsageError(f"{folder} is not a folder; name another one with --into")
    if not any(folder.iterdir()):
        return
    known = _known(folder, by)
    if known is None:
        raise UsageError(f"{folder} has files, and {by} did not write it; name an empty or a new folder with --into")
    changed = [name for name, digest in known.items() if _differs(folder / name, digest)]
    if changed:
        raise UsageError(
            f"{folder / changed[0]} was changed since {by} wrote it; keep it under another name and remove it, or name"
            " another folder with --into"
        )


def write(folder: Path, files: Mapping[str, bytes], by: str = ADOPT) -> None:
    """Put these files into the folder, in place of those that the command wrote before. Raises UsageError."""
    check(folder, by)
    tag = secrets.token_hex(4)
    new, old = (folder.with_name(f".{folder.name}.{which}-{tag}") for which in ("new", "old"))
    try:
        _fill(new, files, by)
        if folder.exists():
            _keep_added(folder, new, files, by)
        replacement.replace(folder, new, old)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror or error}") from None
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _fill(folder: Path, files: Mapping[str, bytes], by: str) -> None:
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    listed = json.dumps({"written by": by, "files": digests}, indent=2, ensure_ascii=False) + "\n"
    for name, content in {**files, manifest(by): listed.encode()}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _keep_added(folder: Path, new: Path, files: Mapping[str, bytes], by: str) -> None:
    """Copy what a person added into the new folder. Raises UsageError if a new file would take its place."""
    ours = {*(_known(folder, by) or ()), manifest(by)}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name in ours or (path.is_dir() and not path.is_symlink()):
            continue
        if name in files:
            raise UsageError(f"{path} was added by a person, and {by} would write a file of that name; move it away")
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, new / name, follow_symlinks=False)


def _known(folder: Path, by: str) -> dict[str, str] | None:
    """Return the hashes of the files that a command wrote into a folder, None if it did not write the folder."""
    try:
        found = json.loads((folder / manifest(by)).read_text(encoding="utf-8"))
        return {str(name): str(digest) for name, digest in found["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _differs(path: Path, digest: str) -> bool:
    """Return whether a file is there and is not as adopt wrote it."""
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() != digest
