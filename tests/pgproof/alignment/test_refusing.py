"""A script as it is written refuses bad rows: they are named, and nothing is changed."""

from pathlib import Path

import psycopg
import pytest

from connect.project import REPLICAS
from pgproof import catalog
from pgproof.alignment import marks, scripting
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
    refusing_database.execute('DROP SCHEMA "Talk" CASCADE; DROP SCHEMA IF EXISTS alignment_marks CASCADE; RESET ALL')


def ran(session, *steps):
    """What comes of running the script of some steps."""
    group = Group("columns", steps[0].transactional, list(steps), [None] * len(steps))
    file = scripting.up(Scene("test", "makes B like A", ("001.sql",)), 0, group, read(session))
    result = running.run(session, script.parse(Path("001.sql"), file.text))
    if result.left_open:
        session.execute("ROLLBACK")
    return result


def taken_back(session, *steps, marked=True):
    """What comes of running the script that takes something back by these steps."""
    if marked:
        session.execute(f"DO $$BEGIN {marks.MAKE} {marks.add('test', '001.sql')} END$$")
    group = Group("columns", True, [ADDED], [None])
    file = scripting.down(Scene("test", "makes B like A", ("001.sql",)), 0, steps, read(session), of=group)
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


BACK = {
    "an explicit cast that cuts": (
        f"ALTER TABLE {MESSAGES} ALTER COLUMN body TYPE varchar(3) USING body::varchar(3)",
        "UPDATE {} SET body = 'written since' WHERE id = 2",
        "has 1 row(s) whose body would lose a part as character varying(3): id=2",
        "UPDATE {} SET body = 'b' WHERE id = 2",
    ),
    "an explicit cast that rounds": (
        f"ALTER TABLE {MESSAGES} ALTER COLUMN size TYPE integer USING size::integer",
        "ALTER TABLE {0} ADD size numeric; UPDATE {0} SET size = id + 0.5 WHERE id = 2",
        "has 1 row(s) whose size would lose a part as integer: id=2",
        "UPDATE {} SET size = 2",
    ),
    "not null": (
        f'ALTER TABLE {MESSAGES} ALTER COLUMN "Room" SET NOT NULL',
        "DELETE FROM {} WHERE false",
        'has 1 row(s) without a "Room": id=3',
        'UPDATE {} SET "Room" = 1 WHERE id = 3',
    ),
    "unique": (
        f"ALTER TABLE {MESSAGES} ADD CONSTRAINT u UNIQUE (body)",
        "DELETE FROM {} WHERE false",
        "has 2 row(s) with the same (body) as another one: id=2 and id=3",
        "DELETE FROM {} WHERE id = 3",
    ),
}


@pytest.mark.parametrize(("sql", "since", "said", "mend"), BACK.values(), ids=BACK)
@pytest.mark.parametrize("destructive", [False, True])
def test_the_way_back_refuses_what_was_written_since(refusing, sql, since, said, mend, destructive):
    """Rows that the old schema cannot hold are named, also if the way up could lose; once mended, it goes back."""
    refusing.execute(since.format(MESSAGES))
    before, rows = read(refusing), refusing.execute(f"TABLE {MESSAGES}").fetchall()
    step = Step(sql, "column", MESSAGES, destructive=destructive, lock="ACCESS EXCLUSIVE")
    refused = taken_back(refusing, step)
    assert said in refused.failure.message
    assert list(differences.lines(before, read(refusing))) == []
    assert refusing.execute(f"TABLE {MESSAGES}").fetchall() == rows
    assert refusing.execute("SELECT count(*) FROM alignment_marks.applied").fetchone() == (1,)
    refusing.execute(mend.format(MESSAGES))
    assert taken_back(refusing, step, marked=False).failure is None
    assert list(differences.lines(before, read(refusing))) != []


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (f"ALTER TABLE {MESSAGES} DROP COLUMN body", f"{MESSAGES}: what body says of 3 row(s) will be gone"),
        ('DROP TABLE "Talk".rooms', '"Talk".rooms: the table with all of 1 row(s) will be gone'),
    ],
)
def test_the_way_back_says_how_much_it_loses(refusing, sql, said):
    """What goes with a column or a table that the way up made is told; where it is empty, there is nothing to tell."""
    step = Step(sql, "column", MESSAGES, destructive=True, lock="ACCESS EXCLUSIVE")
    assert said in taken_back(refusing, step).notices
    refusing.execute('DROP SCHEMA "Talk" CASCADE;' + HAS.partition("INSERT")[0])
    assert not any("gone" in each for each in taken_back(refusing, step).notices)


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


BACKSLASHES = {
    f"ALTER TABLE {MESSAGES} ADD CONSTRAINT c CHECK (body ~ '^\\w+$')": "CHECK ((body ~ '^\\w+$'::text))",
    f"CREATE INDEX CONCURRENTLY c ON {MESSAGES} (id) WHERE body <> '\\'": "(body <> '\\'::text)",
}


@pytest.mark.parametrize(("sql", "wanted"), BACKSLASHES.items(), ids=["a check", "an index"])
@pytest.mark.parametrize("setting", ["off", "on"])
def test_a_backslash_stands_for_itself_whatever_the_setting(refusing, sql, wanted, setting):
    """A database can say that a backslash begins an escape; a script in one message is read before it can say no."""
    refusing.execute(f"SET standard_conforming_strings = {setting}")
    transactional = "CONCURRENTLY" not in sql
    group = Group(
        "constraints", transactional, [Step(sql, "constraint", MESSAGES, transactional=transactional)], [None]
    )
    text = scripting.up(Scene("test", "makes B like A", ("001.sql",)), 0, group, read(refusing)).text
    for each in [text] if transactional else [one.text for one in script.parse(Path("001.sql"), text).statements]:
        refusing.execute(each.encode())
    assert refusing.execute("SHOW standard_conforming_strings").fetchone() == ("on" if not transactional else setting,)
    refusing.execute("SET standard_conforming_strings = on")
    key = ("constraint", f"{MESSAGES} c") if transactional else ("index", '"Talk".c')
    assert wanted in str(read(refusing).get(*key)["definition"])


BOUNDED = """
CREATE FUNCTION "Talk".bounds(of text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$BEGIN
  RAISE EXCEPTION 'statement % lock %', current_setting('statement_timeout'), current_setting('lock_timeout');
END$$
"""


def test_what_takes_long_while_people_work_has_no_bound_of_the_server(refusing):
    """An index, a batch and a validation may take as long as they need; where people would wait there is a bound."""
    refusing.execute(
        BOUNDED + f"; ALTER TABLE {MESSAGES} ADD CONSTRAINT c CHECK (\"Talk\".bounds(body) = 'a') NOT VALID"
    )
    batch = "DO $$BEGIN PERFORM \"Talk\".bounds('a'); COMMIT; END$$"
    steps = {
        f'CREATE INDEX CONCURRENTLY i ON {MESSAGES} ("Talk".bounds(body))': (False, "statement 0 lock 0"),
        batch: (False, "statement 0 lock 2s"),
        f"ALTER TABLE {MESSAGES} VALIDATE CONSTRAINT c": (True, "statement 0 lock 500ms"),
        f'CREATE INDEX j ON {MESSAGES} ("Talk".bounds(body))': (True, "statement 2min lock 500ms"),
        f'ALTER TABLE {MESSAGES} VALIDATE CONSTRAINT c, ALTER body TYPE text USING "Talk".bounds(body)': (
            True,
            "statement 2min lock 500ms",
        ),
    }
    for sql, (transactional, said) in steps.items():
        refusing.execute("SET statement_timeout = '2min'")
        failure = ran(refusing, Step(sql, "table", MESSAGES, transactional=transactional)).failure
        assert said in failure.message


def test_a_script_leaves_the_settings_of_its_session(refusing):
    """What is set outside of a transaction is as before after it."""
    asked = "SELECT name, setting FROM pg_settings WHERE source = 'session' ORDER BY name"
    before = refusing.execute(asked).fetchall()
    sql = f"CREATE INDEX CONCURRENTLY i ON {MESSAGES} (body)"
    assert ran(refusing, Step(sql, "index", MESSAGES, transactional=False)).failure is None
    assert refusing.execute(asked).fetchall() == before


@pytest.mark.parametrize("transactional", [True, False])
def test_a_file_knows_what_its_script_says(refusing, transactional):
    """The runbook shows what whoever runs the script sees, and nothing that a function in it would say one day."""
    sql = f'CREATE INDEX {"" if transactional else "CONCURRENTLY "}"100%\'s" ON {MESSAGES} (body)'
    steps = [Step(sql, "index", MESSAGES, ('"Talk"."100%\'s"',), transactional=transactional)]
    if transactional:
        body = "BEGIN RAISE NOTICE 'hello'; END"
        steps.append(Step(f'CREATE FUNCTION "Talk".f() RETURNS void LANGUAGE plpgsql AS $$ {body} $$', "function"))
    group = Group("indexes", transactional, steps, [None] * len(steps))
    file = scripting.up(Scene("test", "makes B like A", ("001.sql",)), 0, group, read(refusing))
    assert file.notices == ('✓ index "Talk"."100%\'s": created',)
    assert tuple(each for each in ran(refusing, *steps).notices if "skipping" not in each) == file.notices


def test_a_subscriber_takes_every_mark(refusing):
    """What the runbook has it make is what a script makes, whatever else is there; and it goes again."""
    asked = """SELECT attname, atttypid::regtype, attnotnull, pg_get_indexdef(indexrelid)
        FROM pg_attribute JOIN pg_index ON indrelid = attrelid
        WHERE attrelid = 'alignment_marks.applied'::regclass AND attnum > 0 ORDER BY attnum"""
    found = []
    for sql in (f"DO $$BEGIN {marks.MAKE} END$$", marks.ON_SUBSCRIBERS):
        with refusing.transaction(force_rollback=True):
            refusing.execute(sql)
            found.append(refusing.execute(asked).fetchall())
            refusing.execute(marks.NOT_ON_SUBSCRIBERS)
            assert refusing.execute("SELECT to_regnamespace('alignment_marks')").fetchone() == (None,)
    assert found[0] == found[1] != []


def looked(session, *steps, place=0):
    """What comes of the part of a script that looks before it locks anything; the part itself."""
    group = Group("columns", True, list(steps), [None] * len(steps))
    text = scripting.up(Scene("test", "", ("001.sql", "002.sql")), place, group, read(session)).text
    part = text.partition("\nBEGIN;")[0] + "\nSELECT 1;\n"
    result = running.run(session, script.parse(Path("001.sql"), part))
    if result.left_open:
        session.execute("ROLLBACK")
    return result.failure, part


def test_rows_are_looked_for_before_anybody_waits(refusing):
    """Bad rows are refused before the script has a lock; its own transaction looks again."""
    failure, _ = looked(refusing, REQUIRED)
    assert f'{MESSAGES} has 1 row(s) without a "Room": id=3' in failure.message
    whole = scripting.up(
        Scene("test", "", ("001.sql",)), 0, Group("columns", True, [REQUIRED], [None]), read(refusing)
    ).text
    own = "BEGIN;" + whole.partition("\nBEGIN;")[2]
    assert 'without a "Room"' in running.run(refusing, script.parse(Path("001.sql"), own)).failure.message
    refusing.execute("ROLLBACK")
    refusing.execute(f"DELETE FROM {MESSAGES} WHERE id = 3")
    assert looked(refusing, REQUIRED)[0] is None
    assert ran(refusing, REQUIRED).failure is None


def test_a_script_that_is_not_the_next_one_does_not_look(refusing):
    """One that is applied, or whose turn has not come, says so and nothing about rows."""
    assert looked(refusing, REQUIRED, place=1)[0] is None
    refusing.execute(f"DO $$BEGIN {marks.MAKE} {marks.add('test', '001.sql')} END$$")
    assert looked(refusing, REQUIRED)[0] is None
    assert "without a" in looked(refusing, REQUIRED, place=1)[0].message


def test_what_a_step_before_it_changes_is_only_looked_at_after_that(refusing):
    """A column of another type, or one that is new, is not looked at as it was; where no lock is taken, nothing is."""
    retyped = Step(f"ALTER TABLE {MESSAGES} ALTER body TYPE char(1)", "column", MESSAGES, lock="ACCESS EXCLUSIVE")
    unique = Step(f"ALTER TABLE {MESSAGES} ADD UNIQUE (body)", "constraint", MESSAGES, lock="ACCESS EXCLUSIVE")
    assert "with the same" not in looked(refusing, retyped, unique)[1]
    assert "with the same" in looked(refusing, unique)[1]
    new = Step(f"ALTER TABLE {MESSAGES} ADD CHECK (at > '2026-01-01')", "constraint", MESSAGES, lock="ACCESS EXCLUSIVE")
    assert "$look$" not in looked(refusing, ADDED, new)[1]
    refusing.execute(f"ALTER TABLE {MESSAGES} ADD CONSTRAINT c CHECK (id > 1) NOT VALID")
    easy = Step(f"ALTER TABLE {MESSAGES} VALIDATE CONSTRAINT c", "constraint", MESSAGES, lock="SHARE UPDATE EXCLUSIVE")
    assert "$look$" not in looked(refusing, easy)[1]


def test_a_column_that_cannot_come_back_by_itself_is_for_a_person(refusing):
    """Where rows have no value for it, the way back says what to do by hand, and not to align again."""
    step = Step(f"ALTER TABLE {MESSAGES} ADD COLUMN since date NOT NULL", "column", MESSAGES, lock="ACCESS EXCLUSIVE")
    refused = taken_back(refusing, step)
    assert "Add since by hand, without NOT NULL, and fill it" in refused.failure.diag.message_hint
    assert "take its statement out of this script" in refused.failure.diag.message_hint
