"""The folder of the Supabase CLI: supabase/migrations, in which every file with a number is a migration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgproof.migrations import foreign, plainly, ways
from pgproof.migrations.sources import Found, Source, Step

if TYPE_CHECKING:
    from pathlib import Path

_NAMED = re.compile(r"\d+_.*\.sql$")


def is_folder(folder: Path) -> bool:
    """Return whether a folder is where the Supabase CLI has its migrations."""
    above = folder.absolute().parent
    return folder.absolute().name == "migrations" and (above.name == "supabase" or (above / "config.toml").is_file())


def read(folder: Path) -> Found | None:
    """Supabase's: supabase/migrations/TIMESTAMP_name.sql, in the order of their names; there is no way down."""
    if not is_folder(folder):
        return None
    files = [each for each in plainly.files(folder) if _NAMED.match(each.name)]
    found = Found("supabase", [Step(each.name, Source(each)) for each in files])
    if downs := ways.divide(files)[1]:
        back = ", ".join(each.name for each in downs)
        found.notes.append(f"the Supabase CLI runs these as further migrations, whatever they are called: {back}")
    foreign.look((each for each in plainly.files(folder) if each not in files), found)
    return found
