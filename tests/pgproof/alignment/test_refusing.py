"""A script as it is written refuses bad rows: they are named, and nothing is changed."""

from pathlib import Path

import psycopg
import pytest

from connect.project import REPLICAS
from pgproof import catalog
from pgproof.alignment import scripting
from pgproof.alignment.grouping import Group
from pgproof.alignment.scripting import Scene
from pgproof.alignment.steps import Step
from pgproof.catalog import differences
from pgproof.scripts import running, script

HAS = """
CREATE SCHEMA "Talk";
CREATE TABLE "Talk".rooms (id int PRIMARY KEY);
CREATE TABLE "Talk"."Messages" (id int PRIMARY KEY, "Room" int, body text);
INSERT INTO "Talk".rooms VALUES (1);
INSERT INTO "Talk"."Messages" VALUES (1, 1, 'a'), (2, 2, 'b'), (3, NULL, 'b');
"""
MESSAGES = '"Talk"."Messages"'
ADDED = Step(f"ALTER TABLE {MESSAGES} ADD COLUMN at date", "column", MESSAGES, lock="ACCESS EXCLUSIVE")
REQUIRED = Step(f'ALTER TABLE {MESSAGES} ALTER COLUMN "Room" SET NOT NULL', "column", MESSAGES, lock="ACCESS EXCLUSIVE")
KEY = Step(
    f'ALTER TABLE {MESSAGES} ADD CONSTRAINT k FOREIGN KEY ("Room") REFERENCES "Talk".rooms (id)',
    "constraint",
    MESSAGES,
    lock="SHARE ROW EXCLUSIVE",
)
UNIQUE = Step(
    f'CREATE UNIQUE INDEX CONCURRENTLY "By Body" ON {MESSAGES} (body)', "index", MESSAGES, transactional=False
)


@pytest.fixture(scope="module")
def refusing_database(templates):
    """A database of this module's own, since scripts commit."""
    with (
        templates.clone(REPLICAS["prod"], "aligned") as conninfo,
        psycopg.connect(conninfo, autocommit=True) as connection,
    ):
        yield connection


@pytest.fixture
def refusing(refusing_database):
    """The same with two tables, which go with the test, as do the marks."""
    refusing_database.execute(HAS)
    yield refusing_database
    refusing_database.execute('DROP SCHEMA "Talk" CASCADE; DROP SCHEMA IF EXISTS alignment_marks CASCADE')


def ran(session, *steps):
    """What comes of running the script of some steps."""
    group = Group("columns", steps[0].transactional, list(steps), [None] * len(steps))
    file = scripting.up(Scene("test", "makes B like A", ("001.sql",)), 0, group, read(session))
    result = running.run(session, script.parse(Path("001.sql"), file.text))
    if result.left_open:
        session.execute("ROLLBACK")
    return result


def read(session):
    """The catalog, with every name as the scripts have it."""
    with session.transaction():
        session.execute("SET LOCAL search_path = pg_catalog")
        return catalog.read(session)


@pytest.mark.parametrize(
    ("step", "said", "mend"),
    [
        (
            REQUIRED,
            f'{MESSAGES} has 1 row(s) without a "Room": id=3',
            'UPDATE "Talk"."Messages" SET "Room" = 1 WHERE id = 3',
        ),
        (KEY, 'has 1 row(s) whose ("Room") is not in "Talk".rooms (id): id=2', 'INSERT INTO "Talk".rooms VALUES (2)'),
    ],
    ids=["not null", "a foreign key"],
)  # fmt: skip
def test_bad_rows_are_named_and_nothing_is_changed(refusing, step, said, mend):
    """The script fails as a whole, what it did before the guard is taken back, and once mended it runs."""
    before = read(refusing)
    refused = ran(refusing, ADDED, step)
    assert said in refused.failure.message
    assert list(differences.lines(before, read(refusing))) == []
    refusing.execute(mend)
    assert ran(refusing, ADDED, step).failure is None
    assert len(list(differences.lines(before, read(refusing)))) == 2


def test_duplicates_are_refused_before_an_index_is_left_invalid(refusing):
    """Outside a transaction the guard comes first, so that no half-made index slows down every write."""
    before = read(refusing)
    refused = ran(refusing, UNIQUE)
    assert "has 2 row(s) with the same (body) as another one: id=2 and id=3" in refused.failure.message
    assert list(differences.lines(before, read(refusing))) == []
    refusing.execute('DELETE FROM "Talk"."Messages" WHERE id = 3')
    assert ran(refusing, UNIQUE).failure is None
    assert any("✓ 001.sql is already applied" in each for each in ran(refusing, UNIQUE).notices)


def test_an_index_that_an_interruption_left_is_made_again(refusing):
    """A script that began, and was stopped while the index was made, completes when it is run again."""
    blocked = f"INSERT INTO {MESSAGES} VALUES (9, 1, 'a')"
    refusing.execute(f"DELETE FROM {MESSAGES} WHERE id = 3")
    assert ran(refusing, UNIQUE).failure is None
    refusing.execute('DROP INDEX "Talk"."By Body"; UPDATE alignment_marks.applied SET finished = false')
    refusing.execute(blocked)
    with pytest.raises(psycopg.errors.UniqueViolation):
        refusing.execute(UNIQUE.sql)
    assert read(refusing).get("index", '"Talk"."By Body"')["valid"] is False
    refusing.execute(f"DELETE FROM {MESSAGES} WHERE id = 9")
    assert ran(refusing, UNIQUE).failure is None
    assert read(refusing).get("index", '"Talk"."By Body"')["valid"] is True
