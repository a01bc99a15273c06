"""The online form of a step ends where the step itself ends, and what has none is named."""

from pathlib import Path

import psycopg
import pytest

from connect.project import REPLICAS
from pgproof import catalog
from pgproof.alignment import batches, online
from pgproof.alignment.steps import Step
from pgproof.catalog import differences
from pgproof.rehearsal.forms import quoted
from pgproof.scripts import script

HAS = """
CREATE SCHEMA "Talk";
CREATE TABLE "Talk".rooms (id int PRIMARY KEY);
CREATE TABLE "Talk"."Messages" (id int NOT NULL, "Room" int, body text);
CREATE TABLE "Talk".events (id int NOT NULL, room int, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE "Talk"."Old" PARTITION OF "Talk".events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE "Talk".new PARTITION OF "Talk".events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO "Talk".rooms VALUES (1);
INSERT INTO "Talk"."Messages" SELECT n, 1, 'text' FROM generate_series(1, 5000) n;
INSERT INTO "Talk".events SELECT n, 1, '2025-12-01'::date + n FROM generate_series(1, 60) n;
"""
MESSAGES, EVENTS = '"Talk"."Messages"', '"Talk".events'
# What ends the same, by the number of scripts that it takes.
FORMS = {
    f'ALTER TABLE {MESSAGES} ALTER COLUMN "Room" SET NOT NULL': 3,
    f'CREATE INDEX "By Room" ON {MESSAGES} USING btree ("Room" DESC) WHERE (body IS NOT NULL)': 1,
    f'CREATE UNIQUE INDEX by_id ON {MESSAGES} USING btree (id, lower(body))': 1,
    f'ALTER TABLE {MESSAGES} ADD CONSTRAINT k FOREIGN KEY ("Room") REFERENCES "Talk".rooms (id) ON DELETE CASCADE': 2,
    f'ALTER TABLE {MESSAGES} ADD CONSTRAINT "Id" UNIQUE (id)': 2,
    f'ALTER TABLE {MESSAGES} ADD CONSTRAINT "Key" PRIMARY KEY (id, "Room")': 6,
    f"ALTER TABLE {MESSAGES} ADD CONSTRAINT c CHECK (body <> '%')": 2,
    f"ALTER TABLE {MESSAGES} ADD CONSTRAINT c CHECK (body <> ('epoch'::timestamptz AT TIME ZONE 'UTC')::text)": 2,
    f"CREATE INDEX by_part ON {MESSAGES} USING btree (SUBSTRING(body FROM 1 FOR 2)) WHERE (TRIM(body) <> '')": 1,
    f"ALTER TABLE {MESSAGES} ADD COLUMN \"Key\" uuid DEFAULT gen_random_uuid() NOT NULL": 5,
    f"ALTER TABLE {MESSAGES} ADD COLUMN n double precision DEFAULT (random() * 10)": 2,
    f"ALTER TABLE {MESSAGES} ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY NOT NULL": 5,
    f"CREATE INDEX by_room ON {EVENTS} USING btree (room)": 6,
    f"ALTER TABLE {EVENTS} ALTER COLUMN room SET NOT NULL": 3,
    f"ALTER TABLE {EVENTS} ADD CONSTRAINT k FOREIGN KEY (room) REFERENCES \"Talk\".rooms(id)": 5,
}  # fmt: skip


@pytest.fixture(scope="module")
def busy_database(templates):
    """A database of this module's own, since online forms commit."""
    with (
        templates.clone(REPLICAS["prod"], "aligned") as conninfo,
        psycopg.connect(conninfo, autocommit=True) as connection,
    ):
        connection.execute("SET search_path = pg_catalog, pg_temp")
        yield connection


@pytest.fixture
def busy(busy_database):
    """The same with two tables, which go with the test."""
    busy_database.execute(HAS)
    yield busy_database
    busy_database.execute('DROP SCHEMA "Talk" CASCADE')


def step(sql):
    """A step of that statement, on the table that it names first."""
    return Step(sql, "table", EVENTS if EVENTS in sql else MESSAGES)


def lines(left, right):
    """What differs between two catalogs."""
    return list(differences.lines(left, right, ("by itself", "online")))


@pytest.mark.parametrize(("sql", "count"), FORMS.items())
def test_the_online_form_ends_where_the_step_ends(busy, sql, count):
    """Each part runs by itself, and afterwards the schema is the one that the plain statement makes."""
    before = catalog.read(busy)
    with busy.transaction(force_rollback=True):
        busy.execute(sql)
        wanted = catalog.read(busy)
    found = online.forms(step(sql), large=True, catalog=before)
    for part in found.parts:
        assert all(each.outside is None for text in part.statements for each in parsed(text)) == part.transactional or (
            "$batches$" in part.statements[0]
        )
        if part.transactional:
            with busy.transaction():
                for each in part.statements:
                    busy.execute(each)
        else:
            (only,) = part.statements
            busy.execute(only)
    assert lines(wanted, catalog.read(busy)) == []
    assert lines(before, wanted) != []
    assert len(found.parts) == count


def parsed(text):
    """The statements of a text."""
    return script.parse(Path("part.sql"), text).statements


def test_no_part_reads_all_rows_under_a_lock_that_others_wait_for():
    """What is validated, built or filled stands alone in its part."""
    for sql in FORMS:
        for part in online.forms(step(sql), large=True).parts:
            long = [
                each for each in part.statements if "VALIDATE" in each or "CONCURRENTLY" in each or "UPDATE" in each
            ]
            assert not long or len(part.statements) == 1


@pytest.mark.parametrize(
    "sql",
    [
        f"ALTER TABLE {MESSAGES} ADD COLUMN n int DEFAULT 5 NOT NULL",
        f"ALTER TABLE {MESSAGES} ADD COLUMN at timestamptz DEFAULT now()",
        f"ALTER TABLE {MESSAGES} DROP COLUMN body",
        f"ALTER TABLE {MESSAGES} ALTER COLUMN body SET DEFAULT random()::text",
        f"ALTER TABLE {MESSAGES} ADD CONSTRAINT c CHECK (id > 0) NOT VALID",
        'CREATE TABLE "Talk".more (id int)',
    ],
)
def test_what_is_over_at_once_stays_as_it_is(sql):
    """No form is given, nor a warning, for what reads no row."""
    assert online.forms(step(sql), large=True) == online.Forms()


def test_a_small_table_needs_no_online_form():
    """Where there are few rows the plain statement is the better one."""
    assert all(online.forms(step(sql), large=False) == online.Forms() for sql in FORMS)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (f"ALTER TABLE {MESSAGES} ALTER COLUMN id TYPE bigint", f"rewrites {MESSAGES} while all wait"),
        (f"ALTER TABLE {MESSAGES} ADD COLUMN n int GENERATED ALWAYS AS (id + 1) STORED", "while all wait"),
        (f'ALTER TABLE {MESSAGES} ADD EXCLUDE USING gist (body WITH =)', "EXCLUDE cannot be NOT VALID"),
        (f"ALTER TABLE {MESSAGES} SET UNLOGGED", "there is no online form"),
        ("ALTER DOMAIN app.d ADD CONSTRAINT c CHECK (VALUE > 0)", "there is no online form up to PostgreSQL 17"),
    ],
)  # fmt: skip
def test_what_has_no_online_form_is_named(sql, said):
    """A statement for which all have to wait stays as it is, and the note says so."""
    found = online.forms(step(sql), large=True)
    assert found.parts == ()
    assert said in found.note


def test_a_longer_text_is_no_rewrite(busy):
    """A column of text that becomes longer is changed in the catalog only."""
    busy.execute(f"ALTER TABLE {MESSAGES} ADD COLUMN short varchar(3)")
    sql = f"ALTER TABLE {MESSAGES} ALTER COLUMN short TYPE text"
    assert online.forms(step(sql), large=True, catalog=catalog.read(busy)) == online.Forms()
    shorter = f"ALTER TABLE {MESSAGES} ALTER COLUMN body TYPE varchar(9)"
    assert "rewrites" in online.forms(step(shorter), large=True, catalog=catalog.read(busy)).note


def test_an_invalid_leftover_is_dropped_and_a_valid_index_stays(busy):
    """An index that an interrupted run left is made again; one that is valid is not touched."""
    index = '"Talk"."By Room"'
    make = f'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "By Room" ON {MESSAGES} ("Room")'
    valid = f"SELECT oid, indisvalid FROM pg_class JOIN pg_index ON indexrelid = oid WHERE oid = '{index}'::regclass"
    with pytest.raises(psycopg.errors.UniqueViolation):
        busy.execute(make)
    (broken, is_valid), *_ = busy.execute(valid).fetchall()
    assert not is_valid
    busy.execute(f"DELETE FROM {MESSAGES} WHERE id > 1")
    for each in (*online.leftover(index), make):
        busy.execute(each)
    (made, is_valid), *_ = busy.execute(valid).fetchall()
    assert is_valid
    assert made != broken
    for each in (*online.leftover(index), make):
        busy.execute(each)
    assert busy.execute(valid).fetchall() == [(made, True)]
    assert busy.execute("SELECT count(*) FROM pg_class WHERE relname LIKE '%_invalid'").fetchone() == (0,)


def test_batches_reach_every_row_and_end_where_nothing_changes(busy):
    """All rows of a table and of its partitions are filled, and a value that stays NULL is no endless loop."""
    busy.execute(f"ALTER TABLE {EVENTS} ADD COLUMN note text; ALTER TABLE {EVENTS} ALTER COLUMN note SET DEFAULT '%s'")
    (update,) = parsed(f"UPDATE {EVENTS} SET note = DEFAULT WHERE note IS NULL")
    busy.execute(batches.of(update.node))
    assert busy.execute(f"SELECT note, count(*) FROM {EVENTS} GROUP BY note").fetchall() == [("%s", 60)]
    (nothing,) = parsed(f"UPDATE {MESSAGES} SET body = NULL WHERE body IS DISTINCT FROM 'x'")
    busy.execute(batches.of(nothing.node))
    assert busy.execute(f"SELECT count(body) FROM {MESSAGES}").fetchone() == (0,)


# Names that need quotes in SQL, in a text of SQL, or room; with them a table, its schema and its partitions.
NAMES = ["it's", "a.b", 'a"b$%s', "\N{LATIN SMALL LETTER U WITH DIAERESIS}" * 31]
EXPRESSIONS = (
    "({0} + 1), (lower({0}::text)), ({0} + 2), (CASE WHEN {0} > 0 THEN 1 ELSE 2 END), ({0}::numeric),"
    ' ({0}::text COLLATE "C"), (coalesce({0}, 1)), (greatest({0}, 2)), (nullif({0}, 1)), ((7)::text)'
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE {1} ADD COLUMN more bigint GENERATED ALWAYS AS IDENTITY NOT NULL",
        "ALTER TABLE {2} ADD CONSTRAINT own FOREIGN KEY ({0}) REFERENCES {1} ({0})",
        "CREATE INDEX {3} ON {2} ({0}) INCLUDE ({0}, at)",
        f"CREATE INDEX {{3}} ON {{2}} ({EXPRESSIONS})",
    ],
)
def test_names_of_any_kind_keep_their_online_form(busy, name, sql):
    """Quotes, dots, percent signs and long names, also those that PostgreSQL gives to indexes by itself."""
    named, *parts = (quoted(f"{name}{each}") for each in ("", 1, 2))
    table, events = f"{named}.{named}", f"{named}.events"
    busy.execute(
        f"CREATE SCHEMA {named}; CREATE TABLE {table} ({named} int PRIMARY KEY); INSERT INTO {table} VALUES (1);"
        f"CREATE TABLE {events} ({named} int, at int) PARTITION BY RANGE (at);"
        f"CREATE TABLE {named}.{parts[0]} PARTITION OF {events} FOR VALUES FROM (1) TO (5);"
        f"CREATE TABLE {named}.{parts[1]} PARTITION OF {events} FOR VALUES FROM (5) TO (9);"
    )
    try:
        before, text = catalog.read(busy), sql.format(named, table, events, quoted(f"{name}i"))
        with busy.transaction(force_rollback=True):
            busy.execute(text)
            wanted = catalog.read(busy)
        found = online.forms(Step(text, "table", events if events in text else table), large=True, catalog=before)
        assert found.parts
        for each in (each for part in found.parts for each in part.statements):
            busy.execute(each)
        assert lines(wanted, catalog.read(busy)) == []
    finally:
        busy.execute(f"DROP SCHEMA {named} CASCADE")


# Each trigger, and whether it is noted: it fires where every row is updated for a column that it does not name.
TRIGGERS = {
    "BEFORE UPDATE": True,
    "AFTER INSERT OR UPDATE": True,
    "AFTER UPDATE OF body": False,
    "BEFORE INSERT": False,
}


@pytest.mark.parametrize(("when", "is_noted"), TRIGGERS.items())
@pytest.mark.parametrize("table", [MESSAGES, '"Talk"."Old"'])
def test_triggers_that_the_filling_fires_are_noted(busy, table, when, is_noted):
    """A column that is filled by updates fires triggers, also of partitions; the plain statement does not."""
    busy.execute(
        "CREATE FUNCTION \"Talk\".touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
        f'CREATE TRIGGER "Touch" {when} ON {table.replace("Old", "Messages") if "body" in when else table}'
        ' FOR EACH ROW EXECUTE FUNCTION "Talk".touch()'
    )
    sql = f"ALTER TABLE {MESSAGES if table == MESSAGES else EVENTS} ADD COLUMN n float8 DEFAULT random()"
    noted = f'; each row is updated for that, which fires {table} "Touch"'
    assert online.forms(step(sql), large=True, catalog=catalog.read(busy)).note.endswith(noted) == is_noted
    off = f'ALTER TABLE {MESSAGES if "body" in when else table} DISABLE TRIGGER "Touch"'
    busy.execute(off)
    assert "fires" not in online.forms(step(sql), large=True, catalog=catalog.read(busy)).note


FILL = "UPDATE {} SET note = DEFAULT WHERE note IS NULL"
KEEPS = """
CREATE FUNCTION "Talk".keep() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN RETURN CASE WHEN NEW.id = 3 THEN NULL ELSE NEW END; END';
CREATE TRIGGER keep BEFORE UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION "Talk".keep()
"""


@pytest.mark.parametrize(
    ("table", "keeps"),
    [
        (MESSAGES, KEEPS),
        (EVENTS, KEEPS),
        (MESSAGES, "CREATE RULE keep AS ON UPDATE TO {} WHERE NEW.id = 3 DO INSTEAD NOTHING"),
    ],
    ids=["a trigger", "a trigger of partitions", "a rule"],
)
def test_rows_that_batches_cannot_fill_are_an_error(busy, table, keeps):
    """What a trigger or a rule keeps as it is is counted, and once that is gone the batches go on."""
    busy.execute(f"ALTER TABLE {table} ADD COLUMN note text; ALTER TABLE {table} ALTER COLUMN note SET DEFAULT 'x'")
    (update,) = parsed(FILL.format(table))
    busy.execute(keeps.format(table))
    with pytest.raises(
        psycopg.errors.RaiseException, match=r"has 1 row\(s\) that an UPDATE leaves as they are"
    ) as error:
        busy.execute(batches.of(update.node))
    assert "Disable the trigger or the rule" in error.value.diag.message_hint
    busy.execute(f"DROP {'RULE' if 'RULE' in keeps else 'TRIGGER'} keep ON {table}")
    busy.execute(batches.of(update.node))
    assert busy.execute(f"SELECT count(*) FROM {table} WHERE note IS NULL").fetchone() == (0,)


def test_a_policy_hides_no_row_from_batches(busy):
    """An owner whose rows a policy hides is refused instead of told that all is filled."""
    busy.execute(
        f"ALTER TABLE {MESSAGES} ADD COLUMN note text; ALTER TABLE {MESSAGES} ALTER COLUMN note SET DEFAULT 'x'"
    )
    (update,) = parsed(FILL.format(MESSAGES))
    busy.execute(
        'CREATE ROLE owner_of_messages; GRANT USAGE, CREATE ON SCHEMA "Talk" TO owner_of_messages;'
        f"ALTER TABLE {MESSAGES} OWNER TO owner_of_messages; SET ROLE owner_of_messages;"
        f"ALTER TABLE {MESSAGES} ENABLE ROW LEVEL SECURITY"
    )
    try:
        busy.execute(f"ALTER TABLE {MESSAGES} FORCE ROW LEVEL SECURITY")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security policy"):
            busy.execute(batches.of(update.node))
        busy.execute(f"ALTER TABLE {MESSAGES} NO FORCE ROW LEVEL SECURITY")
        busy.execute(batches.of(update.node))
        assert busy.execute(f"SELECT count(note) FROM {MESSAGES}").fetchone() == (5000,)
    finally:
        busy.execute(
            f"RESET ROLE; ALTER TABLE {MESSAGES} OWNER TO CURRENT_USER;"
            "DROP OWNED BY owner_of_messages; DROP ROLE owner_of_messages"
        )


def test_batches_reach_tables_that_inherit(busy):
    """A table that inherits without being a partition gets the column, too, and so its rows are filled."""
    busy.execute(
        f'CREATE TABLE "Talk"."More" () INHERITS ({MESSAGES}); CREATE TABLE "Talk".most () INHERITS ("Talk"."More");'
        f"""INSERT INTO "Talk".most VALUES (7); ALTER TABLE {MESSAGES} ADD COLUMN note text;"""
        f"ALTER TABLE {MESSAGES} ALTER COLUMN note SET DEFAULT 'x'"
    )
    for table, left in ((f"ONLY {MESSAGES}", 1), (MESSAGES, 0)):
        (update,) = parsed(FILL.format(table))
        busy.execute(batches.of(update.node))
        assert busy.execute(f"SELECT count(*) FROM {MESSAGES} WHERE note IS NULL").fetchone() == (left,)
