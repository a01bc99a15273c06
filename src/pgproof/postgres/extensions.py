"""Extensions that a server's own files lack: a second folder of its files, with theirs added.

PostgreSQL finds an extension's files beside its own program. So the program is copied, all else is linked to, and the
installation that was found is not written to.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pgproof import paths

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# What a hosted service lets a project's owner create, of what comes with the server: supautils.privileged_extensions in
# github.com/supabase/postgres.
_PRIVILEGED = frozenset(
    (
        "autoinc",
        "bloom",
        "btree_gin",
        "btree_gist",
        "citext",
        "cube",
        "dblink",
        "dict_int",
        "dict_xsyn",
        "earthdistance",
        "fuzzystrmatch",
        "hstore",
        "insert_username",
        "intarray",
        "isn",
        "ltree",
        "moddatetime",
        "pg_prewarm",
        "pg_stat_statements",
        "pg_trgm",
        "pg_walinspect",
        "pgcrypto",
        "pgrowlocks",
        "pgstattuple",
        "plpgsql",
        "postgres_fdw",
        "refint",
        "seg",
        "sslinfo",
        "tablefunc",
        "tcn",
        "tsm_system_rows",
        "tsm_system_time",
        "unaccent",
        "uuid-ossp",
        "vector",
    )
)


@dataclass(frozen=True)
class Extension:
    """The files of an extension. comment: of it. schema: the only one that it can be in. requires: other extensions."""

    name: str
    version: str
    script: Path
    comment: str
    schema: str | None = None
    requires: tuple[str, ...] = ()

    @property
    def control(self) -> str:
        """Its control file. Trusted: whoever may create objects in the database may create it."""
        quoted = self.comment.replace("'", "''")
        lines = [
            f"comment = '{quoted}'",
            f"default_version = '{self.version}'",
            "relocatable = false",
            "trusted = true",
            *([f"schema = '{self.schema}'"] if self.schema else []),
            *([f"requires = '{', '.join(self.requires)}'"] if self.requires else []),
        ]
        return "\n".join(lines) + "\n"


def with_extensions(bin_dir: Path, extensions: Sequence[Extension]) -> Path:
    """Return a folder of binaries whose server also has these extensions; the server's own win over them.

    bin_dir: of the installation. Made once for the same files, and kept with the running servers' folders.
    """
    share = _share(bin_dir)
    digest = hashlib.sha256(f"{bin_dir} {(bin_dir / 'postgres').stat().st_mtime_ns}".encode())
    digest.update(Path(__file__).read_bytes())
    for each in extensions:
        digest.update(each.control.encode() + each.script.read_bytes())
    made = paths.run_dir() / "binaries" / f"extended-{digest.hexdigest()[:16]}"
    root = bin_dir.parent if share.is_relative_to(bin_dir.parent) else share.parents[2]
    if not made.exists():
        made.parent.mkdir(mode=0o711, exist_ok=True)
        paths.run_dir().chmod(0o711)
        partial = Path(tempfile.mkdtemp(dir=made.parent))
        partial.chmod(0o755)
        _make(partial, root, bin_dir, share, extensions)
        try:
            partial.rename(made)
        except OSError:
            # Another run was faster.
            shutil.rmtree(partial)
    return made / bin_dir.relative_to(root)


def _share(bin_dir: Path) -> Path:
    """Return the folder of the server's shared files: beside its programs, or where Debian and Ubuntu have it."""
    debian = Path("/usr/share/postgresql") / bin_dir.parent.name
    found = (bin_dir.parent / "share", bin_dir.parent / "share" / "postgresql", debian)
    return next((each for each in found if (each / "extension").is_dir()), found[0])


def _make(to: Path, root: Path, bin_dir: Path, share: Path, extensions: Sequence[Extension]) -> None:
    programs = to / bin_dir.relative_to(root)
    programs.mkdir(parents=True)
    # It looks for its files from where it really is, so a link would lead it back.
    shutil.copy2(bin_dir / "postgres", programs / "postgres")
    (programs.parent / "lib").symlink_to(bin_dir.parent / "lib")
    files = to / share.relative_to(root)
    files.mkdir(parents=True)
    for each in share.iterdir():
        if each.name != "extension":
            (files / each.name).symlink_to(each.resolve())
    folder = files / "extension"
    folder.mkdir()
    for each in (share / "extension").iterdir():
        (folder / each.name).symlink_to(each.resolve())
    for name, text in _added(share / "extension", extensions):
        (folder / name).unlink(missing_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for each in (to, *to.rglob("*")):
        if each.is_dir() and not each.is_symlink():
            each.chmod(0o755)


def _added(own: Path, extensions: Sequence[Extension]) -> Iterator[tuple[str, str]]:
    """Yield the files that are written: name and text."""
    for each in extensions:
        if not (own / f"{each.name}.control").exists():
            yield f"{each.name}.control", each.control
            yield f"{each.name}--{each.version}.sql", each.script.read_text(encoding="utf-8")
    for name in sorted(_PRIVILEGED):
        control = own / f"{name}.control"
        if control.exists():
            text = control.read_text(encoding="utf-8")
            yield control.name, re.sub(r"(?m)^\s*trusted\s*=.*$", "", text) + "\ntrusted = true\n"
