"""The catalog's difference names each change, when it is the only one, and nothing where nothing changed."""

import re
from contextlib import closing

import pytest

from connect import schema
from connect.project import PROJECT, REPLICAS
from pgproof import catalog
from pgproof.catalog import differences
from pgproof.postgres import acquire
from pgproof.postgres.templates import Templates
from tests.pgproof.catalog.fix_corpus import BASE, CHANGES, Changed, names
from tests.pgproof.meanwhile import without_others
from tests.pgproof.versions import require


@pytest.mark.parametrize(("line", "change"), CHANGES, ids=[line for line, _ in CHANGES])
def test_a_change_is_named(changed, line, change):
    """A single change gives the line that names it, and no other."""
    lines = changed.lines(change)
    assert names(line, lines), lines


@pytest.mark.parametrize("major", [15, 16, 18])
def test_changes_are_named_on_every_version(major):
    """The same holds on each PostgreSQL version that is installed here."""
    import psycopg

    require(major)
    server = acquire("embedded", major, PROJECT.seed)
    with (
        closing(server),
        closing(Templates(server)) as templates,
        templates.clone(REPLICAS["prod"], "aligned") as conninfo,
        psycopg.connect(conninfo, autocommit=True) as connection,
    ):
        changed = Changed(connection)
        found = {line: changed.lines(change) for line, change in CHANGES}
    assert {line: lines for line, lines in found.items() if not names(line, lines)} == {}


def statements():
    """What base.sql consists of."""
    return re.split(r"(?<=;)\n(?=[A-Z])", BASE.read_text().split("\n", 2)[2].strip())


def build(connection, order):
    """Run the statements in this order; one that needs a later one waits for it."""
    while order:
        waiting = []
        for statement in order:
            try:
                connection.execute(statement.encode())
            except psycopg_errors():
                waiting.append(statement)
        assert len(waiting) < len(order), waiting
        order = waiting


def psycopg_errors():
    import psycopg

    return psycopg.Error


def test_databases_built_apart_are_the_same(templates, connect):
    """Built from the same statements in another order, with other identifiers, two databases show no difference."""
    with (
        templates.clone(REPLICAS["prod"], "aligned") as one,
        templates.clone(REPLICAS["prod"], "aligned") as two,
    ):
        build(connect(one), statements())
        connect(two).execute("CREATE TABLE junk (a text); DROP TABLE junk")
        build(connect(two), statements()[::-1])
        left, right = catalog.read(connect(one)), catalog.read(connect(two))
    assert left.get("relation", "app.t")
    assert list(differences.lines(left, right)) == []


def test_column_order_is_a_note(changed):
    """Columns in another order are not a difference, but are worth a note."""
    connection = changed.connection
    connection.execute("BEGIN; ALTER TABLE app.parent DROP a, ADD a int")
    after = catalog.read(connection)
    connection.execute("ROLLBACK")
    assert list(differences.lines(changed.before, after)) == []
    notes = differences.notes(changed.before, after, ("A", "B"))
    assert without_others(notes) == ["table app.parent: the columns are in a different order"]


def test_objects_of_an_extension_are_left_out(changed):
    """What an extension brings is the extension's."""
    lines = changed.lines("ALTER EXTENSION plpgsql ADD TABLE app.child")
    assert lines == [
        "extension member app.child: only in B",
        "table app.child: only in A (with 2 columns, 1 grant)",
    ]


def test_names_that_need_quotes_stay_apart(changed):
    """A dot in a name makes no two objects one."""
    lines = changed.lines(
        'CREATE SCHEMA "a.b"; CREATE TABLE "a.b".c (x int); CREATE SCHEMA a; CREATE TABLE a."b.c" (x int)'
    )
    assert lines == [
        'schema "a.b": only in B (with 1 column, 2 grants, 1 table)',
        "schema a: only in B (with 1 column, 2 grants, 1 table)",
    ]


def test_a_catalog_of_some_schemas_leaves_the_rest_out(changed):
    """Reading the messaging schemas leaves the rest of the database out."""
    found = catalog.read(changed.connection, schema.SCHEMAS)
    assert found.get("relation", "public.chats")
    assert {kind for kind, _ in found.objects} & {"extension", "cast", "database", "not modelled"} == set()
    assert not found.get("relation", "app.t")


def test_a_sequence_counts_once(changed):
    """The sequence of a column is one object, not two."""
    assert changed.lines("CREATE TABLE app.counted (id int GENERATED ALWAYS AS IDENTITY)") == [
        "table app.counted: only in B (with 1 column, 2 grants, 1 sequence)"
    ]


def test_default_privileges_say_whom_they_are_for(changed):
    """Where only one side has them, the privileges and the grantees are named."""
    assert changed.lines("ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO anon, authenticated") == [
        "default privileges of postgres in schema app on tables: only in B: SELECT to anon, SELECT to authenticated"
    ]
