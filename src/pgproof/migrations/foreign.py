"""Files among migrations that are not SQL: migrations in other languages, templates, changelogs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pgproof.migrations.sources import Found

_LANGUAGES = {
    ".go": "Go",
    ".js": "JavaScript",
    ".cjs": "JavaScript",
    ".mjs": "JavaScript",
    ".ts": "TypeScript",
    ".py": "Python",
    ".rb": "Ruby",
    ".java": "Java",
    ".kt": "Kotlin",
    ".php": "PHP",
    ".ex": "Elixir",
    ".exs": "Elixir",
    ".rs": "Rust",
    ".sh": "shell",
    ".xml": "a changelog in XML",
    ".yaml": "a changelog in YAML",
    ".yml": "a changelog in YAML",
}
_TEMPLATES = {".j2", ".jinja", ".jinja2", ".erb", ".tmpl", ".tpl", ".gotmpl", ".mustache", ".hbs", ".template"}
# A migration has a version; what has none, such as embed.go, belongs to the program.
_VERSIONED = re.compile(r"[VURB]?\d+|R__", re.IGNORECASE)
_TEST = re.compile(r"_test\.|\.(?:test|spec|d)\.")
_MOST = 5
_COMMAND = "give the SQL that your tool makes of it as a file of its own, and rehearse that"


def look(files: Iterable[Path], found: Found) -> None:
    """Add a sentence on each migration among these files that cannot be read, and a note on what was left alone."""
    others = []
    for path in sorted(files):
        if path.suffix in _TEMPLATES:
            found.unread.append(f"{path} is a template, not SQL, so it was not rehearsed: {_COMMAND}")
        elif path.suffix in _LANGUAGES and _VERSIONED.match(path.name) and not _TEST.search(path.name):
            language = _LANGUAGES[path.suffix]
            what = language if language.startswith("a ") else f"a migration in {language}"
            found.unread.append(f"{path} is {what}, so it was not rehearsed, and what it does is missing: {_COMMAND}")
        elif path.suffix == ".sql":
            others.append(path.name)
    if others:
        more = f" and {len(others) - _MOST} more" if len(others) > _MOST else ""
        names = f"{', '.join(others[:_MOST])}{more}"
        found.notes.append(f"left out, since by their names they are not migrations: {names}")
