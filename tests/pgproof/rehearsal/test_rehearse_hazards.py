"""What makes others wait as long as a table is large is found; what is advised instead runs, and is not a finding."""

from pathlib import Path

import pytest

from pgproof.rehearsal import blocking, locking, online, stalling, traffic
from pgproof.rehearsal.steps import Rehearsal
from pgproof.scripts import running, script

BASE = """
CREATE SCHEMA shop;
CREATE DOMAIN shop.mark AS int;
CREATE TABLE shop.crates (id bigint PRIMARY KEY, label varchar(20), weight int, place int, stamp timestamp, "Odd" text,
  rank shop.mark);
CREATE INDEX crates_label ON shop.crates (label);
CREATE TABLE shop.places (id int PRIMARY KEY, name text);
CREATE TABLE shop.codes (code int);
CREATE UNIQUE INDEX codes_code ON shop.codes (code);
CREATE TABLE shop.trips (id int, day date NOT NULL, place int) PARTITION BY RANGE (day);
CREATE TABLE shop.trips_24 PARTITION OF shop.trips FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE shop.trips_25 PARTITION OF shop.trips FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE MATERIALIZED VIEW shop.heavy AS SELECT id, weight FROM shop.crates;
CREATE UNIQUE INDEX heavy_id ON shop.heavy (id);
INSERT INTO shop.places VALUES (1, 'hall'), (2, 'yard');
INSERT INTO shop.crates SELECT n, 'l' || n, n, 1 + n % 2, now(), 'o', n FROM generate_series(1, 20) AS n;
INSERT INTO shop.codes SELECT generate_series(1, 20);
INSERT INTO shop.trips SELECT n, date '2024-12-20' + n, 1 FROM generate_series(1, 20) AS n;
REFRESH MATERIALIZED VIEW shop.heavy;
"""
# The statement, and the finding that it is.
WITH_AN_ONLINE_FORM = {
    "index": ("CREATE INDEX crates_place ON shop.crates (place)", "blocks-writers"),
    "index without a name": ("CREATE INDEX ON shop.crates (place) WHERE weight > 3", "blocks-writers"),
    "unique index": ("CREATE UNIQUE INDEX crates_w ON shop.crates (weight, place)", "blocks-writers"),
    "index of partitions": ("CREATE INDEX trips_place ON shop.trips (place)", "blocks-writers"),
    "unique index of partitions": ("CREATE UNIQUE INDEX ON shop.trips (id, day)", "blocks-writers"),
    "reindex of an index": ("REINDEX INDEX shop.crates_label", "blocks-readers"),
    "reindex of a table": ("REINDEX TABLE shop.crates", "blocks-readers"),
    "reindex of a schema": ("REINDEX (VERBOSE) SCHEMA shop", "blocks-readers"),
    "refresh": ("REFRESH MATERIALIZED VIEW shop.heavy", "blocks-readers"),
    "not null": ("ALTER TABLE shop.crates ALTER COLUMN weight SET NOT NULL", "blocks-readers"),
    "not null, quoted": ('ALTER TABLE shop.crates ALTER COLUMN "Odd" SET NOT NULL', "blocks-readers"),
    "unique": ("ALTER TABLE shop.crates ADD CONSTRAINT one_weight UNIQUE (weight) DEFERRABLE", "blocks-readers"),
    "unique without a name": ("ALTER TABLE shop.crates ADD UNIQUE (weight, place) INCLUDE (label)", "blocks-readers"),
    "primary key": ("ALTER TABLE shop.codes ADD PRIMARY KEY (code)", "blocks-readers"),
    "primary key by an index": (
        "ALTER TABLE shop.codes ADD CONSTRAINT codes_pk PRIMARY KEY USING INDEX codes_code",
        "blocks-readers",
    ),
    "check": ("ALTER TABLE shop.crates ADD CONSTRAINT light CHECK (weight < 900)", "blocks-readers"),
    "check without a name": ("ALTER TABLE shop.crates ADD CHECK (weight < 900)", "blocks-readers"),
    "foreign key": ("ALTER TABLE shop.crates ADD FOREIGN KEY (place) REFERENCES shop.places", "blocks-writers"),
    "foreign key of partitions": (
        "ALTER TABLE shop.trips ADD CONSTRAINT trips_to FOREIGN KEY (place) REFERENCES shop.places (id)",
        "blocks-writers",
    ),
    "serial": ("ALTER TABLE shop.crates ADD COLUMN no serial", "rewrites-table"),
    "identity": ("ALTER TABLE shop.crates ADD COLUMN no bigint GENERATED ALWAYS AS IDENTITY", "rewrites-table"),
    "stored": (
        "ALTER TABLE shop.crates ADD COLUMN twice int GENERATED ALWAYS AS (weight * 2) STORED",
        "rewrites-table",
    ),
    "volatile default": ("ALTER TABLE shop.crates ADD tag uuid NOT NULL DEFAULT gen_random_uuid()", "rewrites-table"),
    "unique column": ("ALTER TABLE shop.crates ADD COLUMN code text UNIQUE", "blocks-readers"),
    "column with a check": ("ALTER TABLE shop.crates ADD COLUMN amount int CHECK (amount > 0)", "blocks-readers"),
    "column that refers": (
        "ALTER TABLE shop.crates ADD COLUMN lies int DEFAULT 1 REFERENCES shop.places",
        "blocks-readers",
    ),
    "type": ("ALTER TABLE shop.crates ALTER COLUMN place TYPE bigint", "rewrites-table"),
    "type, with an expression": (
        "ALTER TABLE shop.crates ALTER COLUMN place TYPE text USING 'p' || place",
        "rewrites-table",
    ),
    "narrower text": ("ALTER TABLE shop.crates ALTER COLUMN label TYPE varchar(10)", "rewrites-table"),
    "vacuum full": ("VACUUM FULL shop.crates", "rewrites-table"),
    "vacuum full of everything": ("VACUUM (FULL, ANALYZE)", "rewrites-table"),
}
WITHOUT_ONE = {
    "exclusion": ("ALTER TABLE shop.crates ADD EXCLUDE USING btree (weight WITH =)", "blocks-readers"),
    "domain": ("ALTER DOMAIN shop.mark ADD CONSTRAINT above CHECK (value > 0)", "blocks-writers"),
    "cluster": ("CLUSTER shop.crates USING crates_label", "rewrites-table"),
    "unlogged": ("ALTER TABLE shop.crates SET UNLOGGED", "rewrites-table"),
}
HARMLESS = {
    "wider text": "ALTER TABLE shop.crates ALTER COLUMN label TYPE varchar(40)",
    "varchar to text": "ALTER TABLE shop.crates ALTER COLUMN label TYPE text",
    "constant default": "ALTER TABLE shop.crates ADD COLUMN kind text NOT NULL DEFAULT 'box'",
    "default of now": "ALTER TABLE shop.crates ADD COLUMN made timestamptz NOT NULL DEFAULT now()",
    "empty column that refers": "ALTER TABLE shop.crates ADD COLUMN lies int REFERENCES shop.places",
    "storage": "ALTER TABLE shop.crates ALTER COLUMN label SET STORAGE EXTERNAL",
    "not valid": "ALTER TABLE shop.crates ADD CHECK (weight < 900) NOT VALID",
    "detach": "ALTER TABLE shop.trips DETACH PARTITION shop.trips_24",
    "refers from a new table": "CREATE TABLE shop.pins (place int);"
    " ALTER TABLE shop.pins ADD FOREIGN KEY (place) REFERENCES shop.places; CREATE INDEX ON shop.pins (place)",
    "index of a materialized view": "CREATE INDEX ON shop.heavy (weight)",
    "first filling": "CREATE MATERIALIZED VIEW shop.light AS SELECT 1 WITH NO DATA;"
    " REFRESH MATERIALIZED VIEW shop.light",
    "concurrently": "CREATE INDEX CONCURRENTLY ON shop.crates (place)",
    "only reads": "SELECT count(*) FROM shop.crates; UPDATE shop.crates SET weight = 0",
    "empties": "TRUNCATE shop.codes",
    "empties twice": "TRUNCATE shop.codes; DO $$ BEGIN TRUNCATE shop.codes; END $$",
    "plain vacuum": "VACUUM shop.crates",
    "policy": "ALTER TABLE shop.crates ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON shop.crates USING (true)",
    "looks up one row": "BEGIN; ALTER TABLE shop.places ADD note text; SELECT FROM shop.places WHERE id = 1; COMMIT",
}
EARLIER = {
    "backfill": "BEGIN; ALTER TABLE shop.crates ADD note text; UPDATE shop.crates SET note = 'n'; COMMIT",
    "validated at once": "BEGIN; ALTER TABLE shop.crates ADD CONSTRAINT c CHECK (weight < 900) NOT VALID;"
    " ALTER TABLE shop.crates VALIDATE CONSTRAINT c; COMMIT",
    "in a block": "DO $$ BEGIN EXECUTE 'ALTER TABLE shop.crates ALTER COLUMN weight SET NOT NULL'; END $$",
}


@pytest.fixture(scope="module")
def shop(scratch_server):
    """A database with a few tables, by name."""
    fill = script.parse(Path("base.sql"), BASE)
    with scratch_server.made(scratch_server.start, lambda session: running.run(session, fill)) as name:
        yield name


@pytest.fixture
def footprints(scratch_server, shop):
    """Runs a text and returns what it did, and the findings."""

    def judge(text):
        up = script.parse(Path("up.sql"), f"SET lock_timeout = '5s';\n{text};\n")
        rehearsal = Rehearsal(scratch_server, shop, (up,))
        seen = locking.footprints(rehearsal, (), up)
        with rehearsal.after(()) as database, database.connect() as connection:
            assert running.run(connection, up).failure is None
        return seen, [*locking.judge(seen), *blocking.judge(seen)]

    return judge


@pytest.mark.parametrize("kind", WITH_AN_ONLINE_FORM)
def test_what_is_advised_runs_and_is_no_finding(footprints, kind):
    """The statement is found once; the advice has its names, PostgreSQL accepts it, and nobody waits for it."""
    text, name = WITH_AN_ONLINE_FORM[kind]
    seen, found = footprints(text)
    assert [each.name for each in found] == [name]
    steps = [step for each in seen for form in online.forms(each) for step in form.steps]
    assert steps, found
    assert all(step in found[0].advice for step in steps)
    assert footprints(";\n".join(steps))[1] == []


@pytest.mark.parametrize("kind", WITHOUT_ONE)
def test_where_there_is_no_online_form_it_is_said(footprints, kind):
    """No advice is better than one that PostgreSQL refuses."""
    text, name = WITHOUT_ONE[kind]
    _, found = footprints(text)
    assert [each.name for each in found] == [name]
    assert "there is no online form" in found[0].advice
    assert "then VALIDATE CONSTRAINT" not in found[0].advice


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_nobody_waits_for_is_no_finding(footprints, kind):
    """It looks alike, and reads, builds and rewrites nothing that somebody uses."""
    assert footprints(HARMLESS[kind])[1] == []


@pytest.mark.parametrize("kind", EARLIER)
def test_a_lock_taken_earlier_counts(footprints, kind):
    """What a transaction has locked stays locked until it ends, whatever runs next."""
    _, found = footprints(EARLIER[kind])
    assert [(each.name, each.object) for each in found] == [("blocks-readers", "shop.crates")]


def test_an_objects_name_is_that_of_table_and_index(footprints):
    """What can be accepted by name: the table or its index; partitions by what they belong to."""
    assert footprints(WITH_AN_ONLINE_FORM["index"][0])[1][0].object == "shop.crates shop.crates_place"
    assert footprints(WITH_AN_ONLINE_FORM["index of partitions"][0])[1][0].object == "shop.trips"
    assert footprints("VACUUM FULL")[1][0].object is None


def test_scripts_that_lock_nothing_are_applied_under_traffic(scratch_server, shop):
    """The next script of the chain finds what the one before it made, also after one that gave up."""
    texts = ("CREATE TABLE shop.bins (id int)", "ALTER TABLE shop.bins ADD a int; ALTER TABLE shop.codes ADD a int")
    ups = tuple(script.parse(Path(f"up{n}.sql"), text) for n, text in enumerate(texts))
    (stall,) = stalling.measure(Rehearsal(scratch_server, shop, ups))
    assert (stall.file, stall.failure, stall.errors) == ("up1.sql", None, ())


def test_every_kind_of_relation_has_people_who_use_it(scratch_server, shop):
    """Tables are written and read, views of each kind read, and none of that fails."""
    kinds = {"shop.codes": "r", "shop.trips": "p", "shop.heavy": "m", "shop.seen": "v", "shop.codes_code": "i"}
    people = traffic.on_relations(kinds)
    assert [each.sends for each in people] == [True, False, True, False, False, False]
    with scratch_server.clone(shop) as database:
        with database.connect() as connection:
            connection.execute("CREATE VIEW shop.seen AS SELECT * FROM shop.heavy")
        with traffic.flowing(database, people):
            pass
    assert [error for each in people for error in each.errors] == []
