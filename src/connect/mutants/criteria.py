"""What breaks a criterion of the guide on any project, whatever its objects are called.

Beside the mutants of this repository's own baseline, which are derived from what is declared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from connect.guide import columns, events, functions, indexes
from connect.mutants import machinery, reach
from connect.schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.catalog import Catalog
    from pgproof.reach.facts import Facts

_UNCHECKED = "SET LOCAL session_replication_role = replica"
# Past every trigger, key and NOT NULL, as a restore goes.
_NULLABLE = (
    "ALTER TABLE public.chat_participants ALTER {0} DROP NOT NULL; UPDATE public.chat_participants SET {0} = NULL"
)


class Defect(NamedTuple):
    """SQL that breaks one criterion. test: of tests/schema, as FILE::NAME. about: its parameter, empty without one."""

    test: str
    about: str
    change: str

    def fails(self, environment: str) -> str:
        """Return the node id of the test that has to fail."""
        file, name = self.test.split("::")
        about = f"-{self.about}" if self.about else ""
        return f"tests/schema/test_{file}.py::test_{name}[{environment}{about}]"


def defects(catalog: Catalog, facts: Facts) -> list[Defect]:
    """Return the defects. catalog, facts: of the project in which they are made; facts as of its snapshot's reach."""
    found = (*_defects(catalog), *machinery.defects(catalog), *reach.defects(facts))
    return [Defect(*test.partition("-")[::2], change) for test, change in found]


def _defects(catalog: Catalog) -> Iterator[tuple[str, str]]:
    for name in columns.COLUMNS:
        table, column = name.split(".")
        yield f"columns::column_can_be_used-{name}", f"ALTER TABLE public.{table} RENAME {column} TO moved"
    for name in columns.REFERENCES:
        yield f"columns::column_refers_to_what_exists-{name}", _without_reference(catalog, name)
    for column in ("chat_id", "user_id"):
        nullable = f"ALTER TABLE public.chat_participants ALTER {column} DROP NOT NULL"
        yield f"not_null::participant_key_is_not_null-{column}", nullable
        yield f"data::no_participant_lacks_its_key-{column}", f"{_UNCHECKED}; {_NULLABLE.format(column)}"
    for function in functions.FUNCTIONS.values():
        signature = f"public.{function.signature}"
        yield f"functions::function_can_be_called-{function.short}", f"ALTER FUNCTION {signature} RENAME TO moved"
        second = f"CREATE FUNCTION public.{function.short}({function.arguments.replace('uuid', 'text')}) RETURNS int"
        if function.arguments:
            again = f"{second} LANGUAGE sql AS 'SELECT 1'"
            yield f"functions::function_can_be_called-{function.short}", again
        if function.code == "v":
            yield f"functions::function_can_be_called-{function.short}", f"ALTER FUNCTION {signature} STABLE"
    for name in indexes.INDEXES:
        yield f"indexes::index_is_covered-{name}", _without_index(catalog, name)
    once = indexes.unique(catalog, *indexes.PARTICIPANT)
    assert once is not None, "the project keeps it unique"
    yield "indexes::participant_is_there_once", _dropped(catalog, once)
    invalid = f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{once}'::regclass"
    yield "indexes::every_index_is_valid", invalid
    yield from _triggers(catalog)
    yield "triggers::no_rule_replaces_a_write", "CREATE RULE r AS ON INSERT TO public.chat_messages DO INSTEAD NOTHING"
    yield from _tables()
    yield "data::there_are_messages", f"{_UNCHECKED}; DELETE FROM public.chat_messages"
    lost = "ALTER TABLE public.chat_messages ALTER seq DROP NOT NULL; UPDATE public.chat_messages SET seq = NULL"
    yield "data::every_message_has_a_seq", f"{_UNCHECKED}; {lost} WHERE seq = 1"
    unique = indexes.covering(catalog, "uq_chat_messages_chat_id_seq")
    assert unique is not None, "the project keeps it unique"
    twice = "UPDATE public.chat_messages SET seq = 1 WHERE seq = 2"
    yield "data::no_seq_is_used_twice", f"{_dropped(catalog, unique)}; {_UNCHECKED}; {twice}"
    for name, target in columns.REFERENCES.items():
        if target.startswith("public."):
            table, column = name.split(".")
            one = f"(SELECT id FROM public.{table} LIMIT 1)"
            lost = f"UPDATE public.{table} SET {column} = gen_random_uuid() WHERE id IN {one}"
            yield f"data::no_row_is_an_orphan-{name}", f"{_UNCHECKED}; {lost}"


def _without_reference(catalog: Catalog, name: str) -> str:
    table, column = name.split(".")
    keys = [
        identity.split(" ", 1)[1]
        for identity, constraint in catalog.of_kind("constraint").items()
        if identity.startswith(f"public.{table} ") and constraint["definition"].startswith(f"FOREIGN KEY ({column})")
    ]
    return "; ".join(f"ALTER TABLE public.{table} DROP CONSTRAINT {key}" for key in keys)


def _without_index(catalog: Catalog, name: str) -> str:
    """Drop every index that does what this one does."""
    statements = []
    while (found := indexes.covering(catalog, name)) is not None:
        statements.append(_dropped(catalog, found))
        rest = {key: value for key, value in catalog.objects.items() if key != ("index", found)}
        catalog = type(catalog)(rest, catalog.parents)
    return "; ".join(statements)


def _dropped(catalog: Catalog, index: str) -> str:
    kind, parent = catalog.parents["index", index]
    if kind == "constraint":
        table, constraint = parent.split(" ", 1)
        return f"ALTER TABLE {table} DROP CONSTRAINT {constraint}"
    return f"DROP INDEX {index}"


def _triggers(catalog: Catalog) -> Iterator[tuple[str, str]]:
    for name, (table, declared) in events.TRIGGERS.items():
        found = next(
            identity.split(" ", 1)[1]
            for identity, trigger in catalog.of_kind("trigger").items()
            if identity == f"{table} {name}" or trigger["definition"].endswith(f"EXECUTE FUNCTION {declared.calls}")
        )
        for how in (f"DISABLE TRIGGER {found}", f"ENABLE REPLICA TRIGGER {found}"):
            yield f"triggers::trigger_fires-{name}", f"ALTER TABLE {table} {how}"
        yield f"triggers::trigger_fires-{name}", f"DROP TRIGGER {found} ON {table}"


def _tables() -> Iterator[tuple[str, str]]:
    publication = SCHEMA.publication
    for table in SCHEMA.tables:
        yield f"columns::table_has_row_security-{table}", f"ALTER TABLE public.{table} DISABLE ROW LEVEL SECURITY"
        yield f"realtime::replica_identity_is_full-{table}", f"ALTER TABLE public.{table} REPLICA IDENTITY NOTHING"
        out = f"ALTER PUBLICATION {publication} DROP TABLE public.{table}"
        yield f"realtime::table_is_published-{table}", out
        some = f"{out}; ALTER PUBLICATION {publication} ADD TABLE public.{table} WHERE (1 = 0)"
        yield f"realtime::table_is_published-{table}", some
    for operation in ("insert", "update", "delete"):
        others = ", ".join(sorted({"insert", "update", "delete"} - {operation}))
        change = f"ALTER PUBLICATION {publication} SET (publish = '{others}')"
        yield f"realtime::operation_is_published-{operation}", change
