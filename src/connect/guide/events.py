"""What must happen when a message is written: triggers fire, nothing happens instead, and realtime hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connect.guide.functions import FUNCTIONS
from connect.guide.settings import replica_role
from connect.schema import SCHEMA
from pgproof.machinery import folding, following, triggers

if TYPE_CHECKING:
    from pgproof.catalog import Catalog
    from pgproof.machinery.reading import Machinery, Trigger

# A condition must not leave out a message that brings no seq along; an import may bring it. Other triggers may have
# conditions, as long as these can hold.
_WITHOUT_SEQ = {"new.seq": None}
_SKIPS = {True: (False, None, folding.UNKNOWN), False: (False, None)}
# pg_class.relreplident and relkind.
_FULL, _STORED, _PARTITIONED = "f", "r", "p"
_ONLY_PARTITIONS = "only its partitions are published, under their own names"
GUIDE_CALLS = {f"{function.name}()" for function in FUNCTIONS.values()}

TRIGGERS = {name: (f"public.{table}", trigger) for table, name, trigger in SCHEMA.of_tables("triggers")}


def trigger(machinery: Machinery, name: str) -> str | None:
    """Return what is wrong with one of the two triggers; both are known by what they do, whatever they are called.

    That of the seq calls the guide's function; that of the list writes chats.last_message_at.
    """
    table, declared = TRIGGERS[name]
    counts = declared.calls in GUIDE_CALLS
    timing, event = declared.when.split(" ")
    role = replica_role(machinery)
    wrong = "missing"
    for each in machinery.triggers:
        if (each.table, each.name) == (table, name) and not counts:
            wrong = f"{name} calls {each.calls}, which does not write chats.last_message_at"
    for found in _known_as(machinery, name):
        condition = found.condition
        if not triggers.fires(found, role):
            wrong = f"{found.name} is not enabled for ordinary sessions"
        elif event not in found.operations or found.before != (timing == "BEFORE"):
            fires = f"{'BEFORE' if found.before else 'AFTER'} {' OR '.join(found.operations) or 'DELETE'}"
            wrong = f"{found.name} fires {fires}, not {declared.when}"
        elif counts and not found.each_row:
            wrong = f"{found.name} does not fire for each row"
        elif condition is not None and folding.value(condition, _WITHOUT_SEQ if counts else {}) in _SKIPS[counts]:
            wrong = f"{found.name} fires only WHEN {condition}"
        else:
            return None
    return wrong


def enabling(machinery: Machinery, name: str) -> str | None:
    """Return what lets one of the two triggers fire that is there and does not; None if it lacks something else."""
    role = replica_role(machinery)
    for found in _known_as(machinery, name):
        if triggers.fires(found, "origin") and not triggers.fires(found, role):
            return f"take back session_replication_role = {role}, as the setting's own failure says"
        if not triggers.fires(found, role):
            return f"ALTER TABLE {found.table} ENABLE TRIGGER {found.name};"
    return None


def _known_as(machinery: Machinery, name: str) -> list[Trigger]:
    """Return the triggers that do what one of the two does."""
    table, declared = TRIGGERS[name]
    counts = declared.calls in GUIDE_CALLS
    return [
        each
        for each in machinery.triggers
        if each.table == table and (f"{each.calls}()" == declared.calls if counts else _moves(each, machinery))
    ]


def _moves(trigger: Trigger, machinery: Machinery) -> bool:
    """Return whether a trigger moves a chat up the list, or may do so: nobody can read its function."""
    read = triggers.body(trigger, "INSERT")
    if read is None:
        return trigger.language not in ("internal", "c")
    reach = following.follow(read, machinery.functions)
    return reach.opaque or "last_message_at" in (reach.writes("chats", "insert", "update") or ())


def replacing_rules(catalog: Catalog) -> list[str]:
    """Return the rules that do something else instead of a write to a messaging table."""
    tables = {f"public.{table}" for table in SCHEMA.tables}
    return sorted(
        identity
        for identity, rule in catalog.of_kind("rule").items()
        if identity.split(" ")[0] in tables and " DO INSTEAD " in rule["definition"] and rule["enabled"] != "D"
    )


def replica_identity(catalog: Catalog, table: str) -> tuple[str, str] | None:
    """Return why a change of a messaging table does not carry the old row, and what mends it; None if it carries it.

    Of a partitioned table what each partition has counts: ALTER TABLE does not hand it down, nor do new ones take it.
    """
    name = f"public.{table}"
    stored = [each for each in _partitions(catalog, name) if catalog.get("relation", each)["kind"] == _STORED]
    lacking = [each for each in (name, *stored) if catalog.get("relation", each).get("replica identity") != _FULL]
    if not lacking:
        return None
    where = "" if name in lacking else f" in {', '.join(lacking)}"
    to_do = " ".join(f"ALTER TABLE {each} REPLICA IDENTITY FULL;" for each in lacking)
    return f"is not FULL{where}, so an update or delete does not carry the old row", to_do


def _partitions(catalog: Catalog, table: str) -> list[str]:
    """Return the partitions of a table, and those of these, as far as their schemas were read."""
    if catalog.get("relation", table).get("kind") != _PARTITIONED:
        return []
    relations = sorted(catalog.of_kind("relation").items())
    children = [name for name, each in relations if table in (each["inherits from"] or ())]
    return [each for child in children for each in (child, *_partitions(catalog, child))]


def publishing(catalog: Catalog, table: str) -> str:
    """Return the statement that publishes a messaging table under its own name, with every row and column."""
    by_root = catalog.get("publication", SCHEMA.publication).get("via root")
    if by_root is False and published(catalog, table) == _ONLY_PARTITIONS:
        return f"ALTER PUBLICATION {SCHEMA.publication} SET (publish_via_partition_root = true);"
    return f"ALTER PUBLICATION {SCHEMA.publication} ADD TABLE public.{table};"


def published(catalog: Catalog, table: str) -> str | None:
    """Return what of a messaging table does not reach realtime: some rows, some columns, or everything."""
    found = catalog.get("published table", f"{SCHEMA.publication} public.{table}")
    if not found:
        partitions = _partitions(catalog, f"public.{table}")
        named = any(catalog.get("published table", f"{SCHEMA.publication} {each}") for each in partitions)
        return _ONLY_PARTITIONS if named else "not published"
    if found["rows"] is not None:
        return f"only rows where {found['rows']}"
    # With replica identity FULL every column has to be in a list.
    columns = {
        name.rsplit(".", 1)[1].strip('"')
        for name, column in catalog.of_kind("column").items()
        if name.rpartition(".")[0] == f"public.{table}" and not column["generated"]
    }
    left_out = sorted(columns - set(found["columns"]))
    return f"without the columns {', '.join(left_out)}, so that an update or delete fails" if left_out else None
