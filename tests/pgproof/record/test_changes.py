"""The record names each change that the catalog's own comparison names, from nothing but its files."""

from contextlib import closing
from dataclasses import replace

import pytest

from connect.project import PROJECT, REPLICAS
from pgproof import catalog, record
from pgproof.postgres import acquire
from pgproof.postgres.templates import Templates
from pgproof.record.folder import Place
from tests.pgproof.catalog.fix_corpus import CHANGES, names
from tests.pgproof.versions import require

SIDES = ("A", "B")


@pytest.fixture(scope="module")
def base_record(tmp_path_factory):
    """Where the database of this module is recorded."""
    return Place.of(PROJECT, tmp_path_factory.mktemp("recorded"), "prod")


@pytest.fixture(scope="module")
def base_recorded(changed, base_record):
    """What the files say of the database."""
    base_record.write(record.of(changed.before, PROJECT))
    return base_record.read()


@pytest.mark.parametrize(("line", "change"), CHANGES, ids=[line for line, _ in CHANGES])
def test_a_change_since_the_record_is_named(changed, base_recorded, line, change):
    """A single change gives the line that names it, and no other."""
    lines = record.changes(base_recorded, record.of(changed.after(change), PROJECT), SIDES)
    assert names(line, lines), lines


def test_files_hold_all_that_was_recorded(changed, base_recorded):
    """Read back, the files say exactly what was recorded of one object of every kind."""
    meant = record.of(changed.before, PROJECT)
    assert base_recorded.objects == meant.objects
    assert base_recorded.parents == {key: parent for key, parent in meant.parents.items() if key in meant.objects}
    assert base_recorded.column_order == meant.column_order
    assert record.changes(base_recorded, meant) == ()


def test_an_unchanged_database_gives_identical_bytes(changed, base_record, base_recorded):
    """Recorded again, an unchanged database gives the same files, byte for byte."""
    before = {file.name: file.read_bytes() for file in base_record.path.iterdir()}
    base_record.write(record.of(changed.after("SELECT 1"), PROJECT))
    assert {file.name: file.read_bytes() for file in base_record.path.iterdir()} == before
    assert len(before) > 8


def test_files_say_what_people_call_things(base_record, base_recorded):
    """A table is one block, a column one line, a body its own lines; codes of the catalogs are words."""
    tables = (base_record.path / "tables.toml").read_text()
    assert '\n[relation."app.t"]\nkind = "table"\nowner = "postgres"\ncolumn.id = {' in tables
    assert 'column.name = { type = "text", default = "\'x\'::text" }\n' in tables
    assert 'constraint.other_t = "FOREIGN KEY (t) REFERENCES app.t(id)"\n' in tables
    assert '[relation."app.t".policy.t_read]\ncommand = "SELECT"\nroles = ["PUBLIC"]\n' in tables
    assert "\nBEGIN\n  RETURN a;\n  END\n" in (base_record.path / "functions.toml").read_text()


@pytest.mark.parametrize("major", [15, 16, 18])
def test_another_version_of_the_server_is_no_change(templates, connect, major):
    """A database recorded on one version of PostgreSQL shows no change on another one, and the versions are a note."""
    require(major)
    server = acquire("embedded", major, PROJECT.seed)
    with closing(server), closing(Templates(server)) as others, others.clone(REPLICAS["prod"], "aligned") as conninfo:
        there = record.of(catalog.read(connect(conninfo)), PROJECT)
    with templates.clone(REPLICAS["prod"], "aligned") as conninfo:
        here = record.of(catalog.read(connect(conninfo)), PROJECT)
    assert record.changes(there, here) == ()
    assert f"the record is PostgreSQL {major}, the database is PostgreSQL 17" in record.notes(there, here)


def test_a_record_of_an_earlier_version_lacks_nothing(changed, base_record, base_recorded):
    """What records did not hold before is no change against an older one; what they held is."""
    manifest = base_record.path / "record.toml"
    now = manifest.read_text()
    assert "\nreading = 2\n" in now
    try:
        manifest.write_text(now.replace("\nreading = 2\n", "\n"))
        older = base_record.read()
    finally:
        manifest.write_text(now)
    first = [key for key in older.objects if key[0] not in {"changed grant", "extension member", "membership", "role"}]
    older = replace(older, objects={key: older.objects[key] for key in first})
    assert record.changes(older, record.of(changed.before, PROJECT)) == ()
    more = changed.after("ALTER TABLE app.t ALTER size DROP NOT NULL; CREATE POLICY x ON app.of_extension USING (true)")
    assert record.changes(older, record.of(more, PROJECT), SIDES) == ("column app.t.size: NOT NULL only in A",)
    assert len(record.changes(base_recorded, record.of(more, PROJECT), SIDES)) == 2
