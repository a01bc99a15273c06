"""Writes the scripts: one transaction each, safe to run again, with a mark of what was applied."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pgproof.alignment import guards, locking, looking, marks, online, texts
from pgproof.alignment.steps import File
from pgproof.catalog.statements.aligned import identifier, literal
from pgproof.scripts import script

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.alignment.grouping import Group
    from pgproof.alignment.steps import Step
    from pgproof.catalog import Catalog

_DONE = {
    "CREATE": "created",
    "ALTER": "changed",
    "DROP": "dropped",
    "GRANT": "granted",
    "REVOKE": "revoked",
    "COMMENT": "commented",
    "INSERT": "added",
    "UPDATE": "updated",
    "DELETE": "deleted",
}
_PLURAL = {"column": "columns", "table": "tables", "view": "views", "grant": "grants", "sequence": "sequences"}
_TRANSACTION = """\
BEGIN;

-- Behind a long transaction the script gives up before PostgreSQL looks for deadlocks, which could end somebody else's
-- transaction instead, and before anybody has waited behind it for long. Every name is written with its schema.
SET LOCAL lock_timeout = '500ms';
SET LOCAL search_path = pg_catalog, pg_temp;
-- Whatever the database's own setting: a backslash stands for itself.
SET LOCAL standard_conforming_strings = on;
-- A body may name what comes later.
SET LOCAL check_function_bodies = off;
"""
# A host may bound every statement, Supabase by two minutes; what takes as long as its table is large would never end.
_UNBOUNDED = "-- It takes as long as the table is large, and nobody waits for it.\nSET LOCAL statement_timeout = 0;\n"
# Its lock keeps nobody from reading or writing, also while it waits for transactions that are older than itself.
_AT_EASE = re.compile(r"^(?:CREATE\s+(?:UNIQUE\s+)?INDEX|DROP\s+INDEX|REINDEX\b.*)\s+CONCURRENTLY\b", re.IGNORECASE)
_CONCURRENTLY = re.compile(r"^(CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+)(?!IF\b)", re.IGNORECASE)
_UNLESS_THERE = r"\1IF NOT EXISTS "
_DROP_INDEX = re.compile(r"^DROP\s+INDEX\s+(?:CONCURRENTLY\s+)?(?!IF\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Scene:
    """What all scripts of an alignment have in common.

    alignment: its name in the marks. change: what is made like what, in a few words. names: of the files, in the order
    of the ups. first: the table that a send writes first, None if that is unknown.
    """

    alignment: str
    change: str
    names: tuple[str, ...]
    first: str | None = None


def title(group: Group) -> str:
    """Return what a group of steps is about, in a few words."""
    where = group.relations
    of = f" of {where[0]}" if len(where) == 1 else ""
    return f"{_about(group)}{of}"


def name(number: int, group: Group) -> str:
    """Return the name of a group's file."""
    where = group.relations
    of = f"_of_{where[0].rpartition('.')[2]}" if len(where) == 1 else ""
    plain = re.sub(r"\W+", "_", f"{_about(group)}{of}").strip("_").lower()
    return f"{number:03d}_{plain[:60]}.sql"


def _about(group: Group) -> str:
    kinds = {step.kind for step in group.steps}
    only = kinds.pop() if len(kinds) == 1 else ""
    return _PLURAL.get(only, group.concern)


def up(scene: Scene, place: int, group: Group, before: Catalog) -> File:
    """Return the script of a group on the way up. before: the catalog before it."""
    file = scene.names[place]
    what = title(group)
    head = texts.comment(f"{what[:1].upper()}{what[1:]}: {scene.change}.")
    earlier = marks.after(scene.alignment, scene.names[place - 1]) if place else None
    notices = tuple(_done(group.steps))
    if not group.transactional:
        text = head + _apart(scene, file, group, earlier, before)
        return File("up", file, what, tuple(group.steps), transactional=False, text=text, notices=notices)
    parts = [marks.unless_applied(scene.alignment, file), *([earlier] if earlier else [])]
    parts += _body(scene, group.steps, before)
    parts += [marks.add(scene.alignment, file), _said(notices)]
    before_it = scene.names[place - 1] if place else None
    looks = looking.first(scene.alignment, file, group.steps, before, before_it)
    begin = looks + _TRANSACTION + (_UNBOUNDED if any(validates(each.sql) for each in group.steps) else "")
    text = head + _once(file, "undone by ../down/" + file) + begin + "\n" + _block(parts) + "\nCOMMIT;\n"
    return File("up", file, what, tuple(group.steps), transactional=True, text=text, notices=notices)


def down(scene: Scene, place: int, steps: Sequence[Step], before: Catalog, *, of: Group) -> File:
    """Return the script that takes back what the up script of this place did. of: that one's group.

    before: the catalog before it, so the one after that up script. People have written rows since: it refuses those
    that the old schema could not hold, and says of how many something goes.
    """
    file = scene.names[place]
    what = f"{title(of)}, taken back"
    later = scene.names[place + 1] if place + 1 < len(scene.names) else None
    head = texts.comment(f"{what[:1].upper()}{what[1:]}: only what ../up/{file} did.")
    undone = [each if of.transactional else _if_there(each) for each in steps]
    notices = (*_done(undone), f"✓ {file} is taken back")
    parts = [marks.only_if_applied(scene.alignment, file, later), *_body(scene, undone, before, back=True)]
    parts += [marks.remove(scene.alignment, file), _said(notices)]
    text = head + _once(file, "") + _TRANSACTION + "\n" + _block(parts) + "\nCOMMIT;\n"
    return File("down", file, what, tuple(undone), transactional=True, text=text, notices=notices)


def _once(file: str, undone: str) -> str:
    more = f", {undone}" if undone else ""
    return (
        f"-- One transaction, safe to run again{more}. Run it in the SQL editor or with\n"
        f"-- psql -v ON_ERROR_STOP=1 -f {file}\n"
    )


def _body(scene: Scene, steps: Sequence[Step], before: Catalog, *, back: bool = False) -> list[str]:
    locks = locking.statements(steps, before, scene.first)
    parts = []
    if locks:
        comment = "  -- In the order in which writes take these locks: a table, then those that it refers to.\n"
        parts.append(comment + "\n".join(f"  {each};" for each in locks))
    for step in steps:
        parts += [f"{each.rstrip().rstrip(';')};" for each in guards.before(step, before, back=back)]
        parts.append(_statement(step.sql))
    return parts


def _statement(sql: str) -> str:
    """Return a statement as a block has it: what would return rows is executed as a text."""
    if sql.lstrip()[:6].upper() in ("SELECT", "VALUES") or sql.lstrip()[:4].upper() == "WITH":
        return f"EXECUTE {literal(sql)};"
    return f"{sql};"


def _done(steps: Sequence[Step]) -> list[str]:
    """Return a line for each object, with all that was done to it."""
    said: dict[str, dict[str, None]] = {}
    for step in steps:
        done = _DONE.get(step.sql.split(maxsplit=1)[0].upper(), "done")
        for each in step.names[:1]:
            said.setdefault(f"{step.kind} {each}", {})[done] = None
    return [f"✓ {each}: {', '.join(verbs)}" for each, verbs in said.items()]


def _said(notices: Sequence[str]) -> str:
    return "\n".join(f"  RAISE NOTICE {texts.message(each)};" for each in notices)


def _block(parts: Sequence[str]) -> str:
    body = "\n\n".join(parts)
    # A column may be called like a variable that PL/pgSQL has by itself.
    return texts.block(f"#variable_conflict use_column\nBEGIN\n{body}\nEND", "align") + ";\n"


def _apart(scene: Scene, file: str, group: Group, earlier: str | None, before: Catalog) -> str:
    """Return the script of statements that cannot run in a transaction, between two blocks that keep the mark."""
    made = [each for step in group.steps for each in _indexes(step)]
    there = "\n".join(
        f"    IF pg_catalog.to_regclass({literal(each)}) IS NOT NULL THEN\n"
        f"      RAISE EXCEPTION {texts.message(f'{each} is there already, and this script did not make it')}\n"
        "        USING HINT = 'Nothing was changed. Rename or drop it, then run this script again.';\n    END IF;"
        for each in made
    )
    begin = [
        marks.unless_applied(scene.alignment, file),
        *([earlier] if earlier else []),
        *(f"{each};" for step in group.steps for each in guards.before(step, before)),
        f"  IF {marks.unless_begun(scene.alignment, file)} THEN\n"
        + (there + "\n" if there else "")
        + f"  {marks.add(scene.alignment, file, finished=False)}\n  END IF;",
    ]
    invalid = [
        f"  IF NOT EXISTS (SELECT FROM pg_catalog.pg_index WHERE indexrelid = pg_catalog.to_regclass({literal(each)})"
        f" AND indisvalid) THEN\n    RAISE EXCEPTION {texts.message(f'{each} is not valid')}\n"
        f"      USING HINT = {literal(f'Run DROP INDEX CONCURRENTLY {each}, then this script again.')};\n  END IF;"
        for each in made
    ]
    cleared = [f"{text};" for each in made for text in online.leftover(each)]
    statements = [f"{_CONCURRENTLY.sub(_UNLESS_THERE, step.sql)};" for step in group.steps]
    if all(_AT_EASE.match(step.sql) for step in group.steps):
        comment = "-- Nobody waits behind this, so it may wait for transactions that are older."
        statements = [comment, "SET lock_timeout = 0;", *cleared, *statements, "SET lock_timeout = '2s';"]
    else:
        statements = [*cleared, *statements]
    return (
        "-- Not in a transaction: each statement has to be sent by itself, as psql does. Safe to run again, undone by\n"
        f"-- ../down/{file}. psql -v ON_ERROR_STOP=1 -f {file}\n"
        "-- The time that the server gives a statement could be too short for the table.\n"
        "SET statement_timeout = 0;\n"
        "SET lock_timeout = '2s';\n"
        "-- Whatever the database's own setting: a backslash stands for itself.\n"
        "SET standard_conforming_strings = on;\n\n"
        + _block(begin)
        + "\n"
        + "\n".join(statements)
        + "\n\n"
        + _block([*invalid, marks.finish(scene.alignment, file), _said(_done(group.steps))])
        + "\nRESET lock_timeout;\nRESET statement_timeout;\nRESET standard_conforming_strings;\n"
    )


def _indexes(step: Step) -> list[str]:
    """Return the indexes that a statement makes."""
    if "INDEX" not in step.sql.upper():
        return []
    found = []
    for each in script.parse(Path("step.sql"), step.sql).statements:
        if each.kind == "IndexStmt" and each.node.idxname:
            names = (each.node.relation.schemaname, each.node.idxname)
            found.append(".".join(identifier(name) for name in names if name))
    return found


def validates(sql: str) -> bool:
    """Return whether a statement does nothing but look at each row, while people work."""
    if "VALIDATE" not in sql.upper():
        return False
    return any(
        each.kind == "AlterTableStmt" and all(one.subtype.name == "AT_ValidateConstraint" for one in each.node.cmds)
        for each in script.parse(Path("step.sql"), sql).statements
    )


def _if_there(step: Step) -> Step:
    """Return a step that also runs where the up script was interrupted before it had made anything."""
    from dataclasses import replace

    return replace(step, sql=_DROP_INDEX.sub("DROP INDEX IF EXISTS ", step.sql))
