"""The extensions of a hosted project: which are stand-ins here, and what to do about those that are not here at all."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pgproof.postgres.extensions import Extension

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from pgproof.scripts.script import Script, Statement

_FOLDER = Path(__file__).parent
# Who reads about one should not have to know that these are not contrib.
REAL = "--postgres container:supabase/postgres:VERSION has the real one"
# What a project's owner switches on in the dashboard, so that no migration creates it, by the schema that it brings.
_SWITCHED_ON = {"cron": "pg_cron", "net": "pg_net", "pgmq": "pgmq"}
_SCHEMAS = {name: schema for schema, name in _SWITCHED_ON.items()}


@dataclass(frozen=True)
class StandIn:
    """An extension's stand-in. does: what is different from the real one, empty if nothing that a migration touches.

    schemas: that hold nothing but the extension. types, functions, operators, classes: what the real one has outside of
    them; of functions, patterns.
    """

    does: str
    extension: Extension
    schemas: frozenset[str] = frozenset()
    types: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


@cache
def known() -> dict[str, StandIn]:
    """Return the stand-ins by name, as stand_ins.toml lists them."""
    listed = tomllib.loads((_FOLDER / "stand_ins.toml").read_text(encoding="utf-8"))
    return {
        name: StandIn(
            each["does"],
            Extension(
                name,
                each["version"],
                _FOLDER / "extensions" / f"{name}.sql",
                f"stand-in: {each['does']}" if each["does"] else "stand-in",
                each.get("schema"),
                tuple(each.get("requires", ())),
            ),
            frozenset(filter(None, (each.get("schema"), _SCHEMAS.get(name)))),
            *(tuple(each.get(kind, ())) for kind in ("types", "functions", "operators", "classes")),
        )
        for name, each in listed.items()
    }


class Texts(Protocol):
    """A script, or a schema that was read."""

    @property
    def statements(self) -> Sequence[Statement]:
        """Its statements."""


def all_of_them() -> tuple[Extension, ...]:
    """Return what a server needs for CREATE EXTENSION to find them."""
    return tuple(each.extension for each in known().values())


def created(scripts: Sequence[Texts]) -> set[str]:
    """Return the extensions that the scripts create, also inside a DO block."""
    texts = (statement.text for each in scripts for statement in each.statements)
    return {
        name.strip('"') if name.startswith('"') else name.lower() for text in texts for name in _CREATE.findall(text)
    }


_CREATE = re.compile(r'\bcreate\s+extension\s+(?:if\s+not\s+exists\s+)?("[^"]+"|[\w-]+)', re.IGNORECASE)


def switched_on(scripts: Sequence[Texts]) -> list[str]:
    """Return the extensions that the scripts use and none creates: their owner has them from the dashboard."""
    made = created(scripts)
    text = "\n".join(statement.text for each in scripts for statement in each.statements)
    return [
        name
        for schema, name in _SWITCHED_ON.items()
        if name not in made and re.search(rf'(?<![\w."]){schema}\s*\.\s*\w|"{schema}"\s*\.', text, re.IGNORECASE)
    ]


def notes(scripts: Sequence[Script], here: Collection[str], given: Collection[str]) -> Iterator[str]:
    """Yield a line for each stand-in that the scripts create or use. here: the stand-ins among the server's extensions.

    given: those that were switched on before the baseline.
    """
    text = "\n".join(statement.text for each in scripts for statement in each.statements)
    for name, each in known().items():
        used = (
            name in given or name in created(scripts) or (name == "supabase_vault" and re.search(r"\bvault\s*\.", text))
        )
        if name in here and used and each.does:
            before = "; it is there before the baseline, as from the dashboard" if name in given else ""
            yield f"{name} is a stand-in here: {each.does}{before}"


def missing(scripts: Sequence[Script], available: Collection[str]) -> Iterator[str]:
    """Yield a sentence for each statement that creates an extension of which this server has no files."""
    for each in scripts:
        for statement in each.statements:
            if statement.kind == "CreateExtensionStmt" and statement.node.extname not in available:
                yield without(str(each.path), statement.node.extname)


def without(path: str, name: str) -> str:
    """Say that a script creates an extension that is not here, and what to do."""
    return (
        f"{path} creates the extension {name}, which neither this server nor a stand-in has:"
        f" rehearse it on a server that does ({REAL}), or leave its statements out of the scripts"
    )
