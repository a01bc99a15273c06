"""What tables, views and their parts lost that nobody took away on purpose, and what was left switched off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pgproof.catalog import wording
from pgproof.rehearsal.leaving.sides import Sides, Worse, bare, own, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Of pg_trigger.tgenabled: fires for ordinary sessions.
_FIRES = ("O", "A")
_FOREIGN_KEY = re.compile(r"FOREIGN KEY \((.*?)\) REFERENCES (\S+?)\(")
# Who calls the API passes by the policies of a table of his own.
_CALLERS = ("anon", "authenticated")
_VIEWS = ("v", "m")
_SAFE = ("security_invoker", "security_barrier")


def worse(sides: Sides) -> Iterator[Worse]:
    """Yield what is worse about tables, views and what belongs to them, but for those that were made anew."""
    for _, name, was, now in sides.relations():
        yield from _switched(sides, name, was, now)
    yield from _disabled(sides)
    yield from _gone(sides)
    yield from _views_gone(sides)
    yield from _defaults(sides)
    yield from _sequences(sides)


def _switched(sides: Sides, name: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Worse]:
    """Yield what a table has not any more that its attributes tell."""
    if was["row security"] and not now["row security"]:
        yield Worse(
            name,
            f"row-level security of {name} is switched off",
            f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY in the script that needed it off",
        )
    if was["persistence"] == "p" and now["persistence"] == "u":
        what = f"{name} is left unlogged: a crash of the server empties it, and a replica has no rows of it"
        yield Worse(name, what, f"ALTER TABLE {name} SET LOGGED when the rows are loaded")
    for option in _SAFE:
        if _is_set(was, option) and not _is_set(now, option) and not sides.said(pattern(name), option):
            what = f"view {name} lost {option}: CREATE OR REPLACE VIEW sets all options anew"
            yield Worse(name, what, f"ALTER VIEW {name} SET ({option} = true), or say WITH ({option} = true)")
    if was["populated"] and now["populated"] is False:
        yield Worse(name, f"{name} is left without rows, and reading it fails", f"REFRESH MATERIALIZED VIEW {name}")
    if was["owner"] != now["owner"] and now["owner"] in _CALLERS:
        what = f"{name} belongs to {now['owner']}, whom its policies do not bind then"
        yield Worse(name, what, f"ALTER TABLE {name} OWNER TO {was['owner']}")


def _is_set(relation: Mapping[str, Any], option: str) -> bool:
    return any(
        each in (f"{option}={value}" for value in ("true", "on", "yes", "1")) for each in relation["options"] or ()
    )


def _disabled(sides: Sides) -> Iterator[Worse]:
    """Yield the triggers that fired and do not: one for each table, and the foreign keys that are triggers as well."""
    found: dict[str, list[str]] = {}
    for table, _, name, was in sides.parts("trigger"):
        now = sides.after.get("trigger", name)
        if now and was["enabled"] in _FIRES and now["enabled"] not in _FIRES:
            found.setdefault(table, []).append(own(name, table))
    for table, names in sorted(found.items()):
        several = len(names) > 1
        what = (
            f"trigger{'s' if several else ''} {', '.join(names)} of {table} {'are' if several else 'is'} left disabled"
        )
        to_do = "; ".join(f"ALTER TABLE {table} ENABLE TRIGGER {each}" for each in names)
        yield Worse(table, what, f"{to_do}, in the same transaction")
    for table, _, name, was in sides.parts("constraint"):
        now = sides.after.get("constraint", name)
        for which in ("triggers", "triggers there") if now else ():
            if "D" in (now[which] or ()) and "D" not in (was[which] or ()):
                what = f"foreign key {own(name, table)} of {table} is switched off: its triggers are disabled"
                yield Worse(table, what, f"ALTER TABLE {table} ENABLE TRIGGER ALL; also of the table it refers to")
                break
    for name, was in sides.before.of_kind("event trigger").items():
        if was["enabled"] in _FIRES and sides.after.get("event trigger", name).get("enabled") == "D":
            yield Worse(name, f"event trigger {name} is left disabled", f"ALTER EVENT TRIGGER {name} ENABLE")


def _gone(sides: Sides) -> Iterator[Worse]:
    """Yield triggers, policies, rules and foreign keys that went with something else, by CASCADE."""
    for kind in ("trigger", "policy", "rule"):
        for table, _, name, _ in sides.parts(kind):
            own_name = own(name, table)
            if sides.after.get(kind, name) or sides.dropped_by_name(kind, own_name) or _has_new(sides, kind, table):
                continue
            yield Worse(
                table,
                f"{kind} {own_name} of {table} is gone with what it needed, though no script names it",
                f"create {kind} {own_name} again, or drop it by its name, so that it is seen to be meant",
            )
    for table, _, name, was in sides.parts("constraint"):
        match = _FOREIGN_KEY.match(was["definition"])
        if (
            match is None
            or sides.after.get("constraint", name)
            or sides.dropped_by_name("CONSTRAINT", own(name, table))
        ):
            continue
        target = sides.now("relation", match[2])
        columns = [each.strip() for each in match[1].split(",")]
        there = sides.after.get("relation", target) and all(sides.after.get("column", f"{table}.{c}") for c in columns)
        if there and not _refers(sides, table, match[1], target):
            yield Worse(
                table,
                f"foreign key {own(name, table)} of {table} is gone with what it needed, though no script names it",
                f"ALTER TABLE {table} ADD CONSTRAINT {own(name, table)} {was['definition']}",
            )


def _has_new(sides: Sides, kind: str, table: str) -> bool:
    """Return whether the scripts made such a part of the table, which may stand for the one that is gone."""
    return any(
        sides.after.parents.get((kind, identity)) == ("relation", table)
        and (kind, identity) not in sides.before.objects
        for identity in sides.after.of_kind(kind)
    )


def _refers(sides: Sides, table: str, columns: str, target: str) -> bool:
    return any(
        sides.after.parents.get(("constraint", identity)) == ("relation", table)
        and (match := _FOREIGN_KEY.match(each["definition"])) is not None
        and (match[1], match[2]) == (columns, target)
        for identity, each in sides.after.of_kind("constraint").items()
    )


def _views_gone(sides: Sides) -> Iterator[Worse]:
    for identity, was in sides.before.of_kind("relation").items():
        if was["kind"] not in _VIEWS or sides.after.get("relation", sides.now("relation", identity)):
            continue
        schema = sides.before.parents["relation", identity]
        if sides.after.get(*schema) and not sides.dropped_by_name("VIEW", bare(identity)):
            what = f"{wording.RELATIONS[was['kind']]} {identity} is gone with what it reads, though no script names it"
            yield Worse(identity, what, f"create {identity} again, or drop it by its name before the table")


def _defaults(sides: Sides) -> Iterator[Worse]:
    """Yield columns whose default went with something else, or was dropped to change the type and not set again."""
    for table, _, name, was in sides.parts("column"):
        now = sides.after.get("column", name)
        if not now or was["default"] is None or now["default"] is not None or now["identity"] or now["generated"]:
            continue
        if was["generated"]:
            continue
        named = sides.said("drop default")
        if not named or was["type"] != now["type"]:
            why = "dropped to change its type, and not set again" if named else "gone with what it called"
            yield Worse(
                table,
                f"the default of {name} is {why}: {was['default']}",
                f"ALTER TABLE {table} ALTER COLUMN {own(name, table)} SET DEFAULT, with one of the new type",
            )


def _sequences(sides: Sides) -> Iterator[Worse]:
    for identity, was in sides.before.of_kind("sequence").items():
        name = sides.now("relation", identity)
        now, owner = sides.after.get("sequence", name), was["owned by"]
        if not now or owner is None or now["owned by"] is not None:
            continue
        table, _, column = owner.rpartition(".")
        here = f"{sides.now('relation', table)}.{column}"
        if name in (sides.after.get("column", here).get("default") or ""):
            what = f"sequence {name} no longer belongs to {here}, which draws from it, and will outlive it"
            yield Worse(here.rpartition(".")[0], what, f"ALTER SEQUENCE {name} OWNED BY {here}")
