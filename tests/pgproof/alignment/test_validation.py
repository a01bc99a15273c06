"""The validation script passes where the scripts have done their work, and fails where one thing was not done."""

from pathlib import Path

import psycopg
import pytest

from connect.project import REPLICAS
from pgproof import catalog
from pgproof.alignment import validation
from pgproof.alignment.steps import Alignment, File, Side, Step
from pgproof.catalog import differences
from pgproof.scripts import script
from tests.pgproof.catalog.fix_corpus import BASE, CHANGES

# Some of each kind: the first one, and each fourth.
SOME = [
    each
    for place, each in enumerate(CHANGES)
    if place % 4 == 0 or not any(other[0].split()[0] == each[0].split()[0] for other in CHANGES[:place])
]


class Checked:
    """A database in a transaction, in which scripts are validated; everything is taken back."""

    def __init__(self, connection):
        self.connection = connection
        connection.execute("SET search_path = pg_catalog; SET allow_system_table_mods = on")
        connection.execute(BASE.read_bytes())
        self.base = catalog.read(connection)

    def after(self, change, *run):
        """The catalog after a change, and what a validation script says there."""
        self.connection.execute("BEGIN")
        try:
            self.connection.execute(change.encode())
            return catalog.read(self.connection), [self.rows(text) for text in run]
        finally:
            self.connection.execute("ROLLBACK")

    def rows(self, text):
        """The rows of the result, run within the test's transaction."""
        statements = script.parse(Path("validation.sql"), text).statements
        (query,) = (each for each in statements if each.kind == "SelectStmt")
        return self.connection.execute(query.text.encode()).fetchall()


@pytest.fixture(scope="module")
def checked(templates):
    """The database for all changes of this module."""
    with templates.clone(REPLICAS["prod"], "aligned") as conninfo, psycopg.connect(conninfo, autocommit=True) as one:
        yield Checked(one)


def written(before, aligned, *files):
    """The script for what leads from one catalog to another."""
    sides = Side("live:prod", aligned), Side("live:staging", before)
    return validation.script(Alignment(*sides, files, ()), aligned)


def failed(rows):
    """The checks that fail."""
    return [row for row in rows if row[1] == "✗ FAIL"]


@pytest.mark.parametrize(("line", "change"), SOME, ids=[line for line, _ in SOME])
def test_each_change_is_checked_in_both_directions(checked, line, change):
    """With the change every row passes; without it at least one fails, and says what to do."""
    changed, _ = checked.after(change)
    there, back = written(checked.base, changed), written(changed, checked.base)
    _, (done, undone) = checked.after(change, there, back)
    assert failed(done) == []
    assert failed(checked.rows(back)) == []
    for rows in (undone, checked.rows(there)):
        found = [row for row in rows if row[1] == "✗ FAIL"]
        assert found or any(row[1] == "? NOT CHECKED" for row in rows)
        assert all(row[4] for row in found)


SEVERAL = """
CREATE SCHEMA "Talk";
CREATE TABLE "Talk"."Rooms" (id int PRIMARY KEY, name text DEFAULT 'it''s' NOT NULL);
CREATE INDEX "By Name" ON "Talk"."Rooms" (name);
CREATE FUNCTION "Talk".hello() RETURNS text LANGUAGE sql AS $$SELECT '\\d {}'$$;
ALTER TABLE "Talk"."Rooms" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "all of it" ON "Talk"."Rooms" USING (true);
"""
# One step that is undone, and the check that fails then.
UNDONE = {
    'ALTER TABLE "Talk"."Rooms" ALTER name DROP NOT NULL': ('column "Talk"."Rooms".name', "not null: false"),
    'DROP INDEX "Talk"."By Name"': ('index "Talk"."By Name"', "not there"),
    'ALTER TABLE "Talk"."Rooms" DISABLE ROW LEVEL SECURITY': ('relation "Talk"."Rooms"', "row security: false"),
    'DROP POLICY "all of it" ON "Talk"."Rooms"': ('policy "Talk"."Rooms" "all of it"', "not there"),
    'GRANT SELECT ON "Talk"."Rooms" TO anon': (None, None),
    'REVOKE EXECUTE ON FUNCTION "Talk".hello() FROM PUBLIC': (
        'grant function "Talk".hello() to PUBLIC',
        "not there",
    ),
    'ALTER TABLE "Talk"."Rooms" DROP CONSTRAINT "Rooms_pkey"': (
        'constraint "Talk"."Rooms" "Rooms_pkey"',
        "not there",
    ),
}  # fmt: skip


@pytest.mark.parametrize("undo", UNDONE)
def test_one_step_that_is_undone_fails_its_own_check(checked, undo):
    """All that was made passes, but for what is no longer there; what came on top is no affair of this script."""
    made, _ = checked.after(SEVERAL)
    text = written(checked.base, made)
    _, (rows,) = checked.after(f"{SEVERAL};{undo}", text)
    _, (whole,) = checked.after(SEVERAL, text)
    name, actual = UNDONE[undo]
    assert len(whole) > 8
    assert {row[1] for row in whole} == {"✓ PASS"}
    assert {(row[0], row[3]) for row in failed(rows) if row[0] == name} == ({(name, actual)} if name else set())
    assert len(failed(rows)) <= 2


def test_a_failure_names_the_script_and_the_statement(checked):
    """The last column says which script makes it so, and by which statement."""
    change = (
        "ALTER TABLE app.t ALTER COLUMN name SET NOT NULL" if ("column", "app.t.name") in checked.base.objects else ""
    )
    column = next(
        identity for identity, each in checked.base.of_kind("column").items()
        if each["not null"] is False and identity.startswith("app.t.") and not each["generated"]
    )  # fmt: skip
    change = f"ALTER TABLE app.t ALTER COLUMN {column[6:]} SET NOT NULL"
    changed, _ = checked.after(f"TRUNCATE app.t CASCADE; {change}")
    file = File("up", "001_columns.sql", "", (Step(change, "column", "app.t", (column,)),), True, "")
    (row,) = failed(checked.rows(written(checked.base, changed, file)))
    assert row[0] == f"column {column}: not null"
    assert row[2:4] == ("true", "false")
    assert row[4] == f"up/001_columns.sql makes it so; by hand: {change};"


def test_the_script_reads_in_a_transaction_that_cannot_write(checked):
    """It begins read-only, ends its transaction, and has one query."""
    made, _ = checked.after(SEVERAL)
    statements = script.parse(Path("validation.sql"), written(checked.base, made)).statements
    assert statements[0].text == "BEGIN TRANSACTION READ ONLY"
    assert statements[-1].text == "COMMIT"
    assert [each.kind for each in statements].count("SelectStmt") == 1


@pytest.mark.parametrize("setting", ["off", "on"])
def test_it_reads_backslashes_alike_whatever_the_setting(checked, setting):
    """Sent at once, as the SQL editor does, where a backslash begins an escape: what is as it must be passes."""
    change = (
        "SET LOCAL standard_conforming_strings = on;"
        + SEVERAL
        + ("""ALTER TABLE "Talk"."Rooms" ADD CONSTRAINT word CHECK (name ~ '^\\w+$');""")
    )
    made, _ = checked.after(change)
    text = written(checked.base, made)
    checked.connection.execute("BEGIN")
    checked.connection.execute(f"{change} SET LOCAL standard_conforming_strings = {setting}")
    # The transaction is the test's own.
    cursor = checked.connection.execute(
        text.replace("BEGIN TRANSACTION READ ONLY;", "").replace("COMMIT;", "").encode()
    )
    found = []
    while True:
        found += cursor.fetchall() if cursor.description else []
        if not cursor.nextset():
            break
    checked.connection.execute("ROLLBACK")
    assert len(found) > 8
    assert {row[1] for row in found} == {"✓ PASS"}


def test_nothing_changed_is_said_as_such(checked):
    """A script with no check says so in words, and passes."""
    assert checked.rows(written(checked.base, checked.base)) == [("nothing was changed", "✓ PASS")]


def test_no_secret_is_written(checked):
    """A secret in a function's body is not compared, and the script says so."""
    change = "CREATE FUNCTION app.s() RETURNS text LANGUAGE sql AS $$ ALTER ROLE anon PASSWORD 'very-secret-1' $$"
    changed, _ = checked.after("SET LOCAL check_function_bodies = off;" + change)
    assert list(differences.lines(checked.base, changed))
    text = written(checked.base, changed)
    assert "very-secret-1" not in text
    _, (rows,) = checked.after("SET LOCAL check_function_bodies = off;" + change, text)
    assert [row[0] for row in rows if row[1] == "? NOT CHECKED"] == ["function app.s(): body"]
