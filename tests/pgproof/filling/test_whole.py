"""All empty tables of a database get a few rows; those that take none are named, with the reason."""

import time

import psycopg
import pytest

from pgproof import filling

TABLES = """
    CREATE SCHEMA odd;
    CREATE TYPE odd.mood AS ENUM ('fine', 'tired');
    CREATE DOMAIN odd.plus AS int CHECK (VALUE > 0);
    CREATE TABLE odd.city (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text UNIQUE NOT NULL, mayor text,
      founded timestamptz DEFAULT now(), kind text NOT NULL DEFAULT 'town' CHECK (kind IN ('town', 'village')));
    CREATE TABLE odd."Odd Street" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "The City" uuid NOT NULL
      REFERENCES odd.city, length odd.plus, mood odd.mood, tags text[], double int GENERATED ALWAYS AS (1 + 1) STORED);
    CREATE TABLE odd.visit (street bigint REFERENCES odd."Odd Street", city uuid REFERENCES odd.city, at daterange,
      PRIMARY KEY (street, city));
    CREATE TABLE odd.person (id int PRIMARY KEY, boss int REFERENCES odd.person);
    CREATE TABLE odd.log (at date NOT NULL, what jsonb) PARTITION BY RANGE (at);
    CREATE TABLE odd.log_31 PARTITION OF odd.log FOR VALUES FROM ('2031-01-01') TO ('2032-01-01');
    CREATE TABLE odd.base (id int); CREATE TABLE odd.child (more text) INHERITS (odd.base);
    CREATE TABLE odd.kept (id int); INSERT INTO odd.kept VALUES (1);
    CREATE TABLE odd.parted (id int) PARTITION BY LIST (id);
    CREATE TABLE odd.never (id int, CONSTRAINT none CHECK (id IS NULL AND id IS NOT NULL));
    CREATE FUNCTION odd.no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'only in the morning'; END $$;
    CREATE TABLE odd.guarded (id int, note text);
    CREATE TRIGGER guard BEFORE INSERT ON odd.guarded FOR EACH ROW EXECUTE FUNCTION odd.no();
"""


@pytest.fixture
def odd(scratch_server):
    """A session in a database of its own with odd tables."""

    def fill(connection):
        connection.execute(TABLES)

    with (
        scratch_server.made(scratch_server.start, fill) as name,
        scratch_server.clone(name) as database,
        database.connect() as session,
    ):
        yield session


def empty_ones(connection):
    """The empty tables of the schema."""
    return filling.empty(connection, filling.listed(connection))


def test_every_table_that_can_take_rows_gets_some(odd):
    """Keys, checks, enums, domains, identities, partitions and parents are respected; what has rows is left alone."""
    filled = filling.fill(odd, empty_ones(odd), first=7001)
    assert filled.unfit == {"odd.parted": "it has no partition", "odd.never": filled.unfit["odd.never"]}
    assert "none" in filled.unfit["odd.never"]
    assert set(filled.added) == {
        *("odd.city", "odd.Odd Street", "odd.visit", "odd.person", "odd.log", "odd.base", "odd.child", "odd.guarded")
    }
    assert odd.execute("SELECT count(*) FROM odd.kept").fetchone() == (1,)
    assert [each.plain for each in empty_ones(odd)] == ["odd.never", "odd.parted"]


def test_rows_differ_and_one_has_as_little_as_it_can(odd):
    """A column that may be NULL is so in one row, and no two rows have the same values."""
    filling.fill(odd, empty_ones(odd), first=7001)
    names, mayors, without = odd.execute(
        "SELECT count(DISTINCT name), count(DISTINCT mayor), count(*) FILTER (WHERE mayor IS NULL) FROM odd.city"
    ).fetchone()
    assert names >= 3
    assert mayors >= 2
    assert without >= 1
    assert odd.execute("SELECT count(*) FROM odd.city WHERE founded > now() - interval '1 day'").fetchone() < (names,)


def test_rows_of_each_kind_are_what_they_are_called(scratch_server):
    """NULL also where there is a default; like the first row but for keys; as long and large as the checks allow."""
    with scratch_server.clone(scratch_server.start) as database, database.connect() as session:
        session.execute(
            "CREATE TABLE boats (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), hull int UNIQUE, at timestamptz DEFAULT"
            " now(), body jsonb DEFAULT '{}', tags text[], label varchar(20), name text CHECK (length(name) <= 80),"
            " price numeric(10, 2) DEFAULT 0, no bigint, twice int GENERATED ALWAYS AS (2) STORED, fixed text NOT NULL)"
        )
        filled = filling.fill(
            session, empty_ones(session), first=7001, rows=lambda _: ("full", "null", "twin", "large")
        )
        first, null, twin, large = [row for _, row in filled.rows]
    assert {name for name, value in null.items() if value is None} == first.keys() - {"id", "twice", "fixed"}
    assert {name for name, value in twin.items() if value != first[name]} == {"id", "hull"}
    assert len(large["name"]) == 76
    assert (len(large["label"]), large["no"], large["hull"] < 10_000) == (20, 3_000_000_000, True)
    assert str(large["price"]) == "100000.12"


def test_the_rows_are_the_same_in_each_run(scratch_server):
    """What a rehearsal finds does not depend on chance."""
    table = "CREATE TABLE t (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), at timestamptz DEFAULT now(), n text)"
    found = []
    for _ in range(2):
        with scratch_server.clone(scratch_server.start) as database, database.connect() as session:
            session.execute(table)
            filling.fill(session, empty_ones(session), first=7001, rows=lambda _: ("full", "full"))
            found.append(session.execute("SELECT * FROM t ORDER BY id").fetchall())
    assert found[0] == found[1]
    assert len(found[0]) == 2


def test_a_closed_table_stays_empty(odd):
    """Tables that need a row in it stay empty, too."""
    filled = filling.fill(odd, empty_ones(odd), first=7001, closed={"odd.city"})
    assert "odd.Odd Street" in filled.unfit
    assert odd.execute("SELECT count(*) FROM odd.city").fetchone() == (0,)


def test_fifty_tables_take_well_under_a_second(scratch_server):
    """Filling is no part of what makes a rehearsal slow; measured is the time of this process and of its queries."""
    with scratch_server.clone(scratch_server.start) as database, database.connect() as session:
        for number in range(50):
            parent = f", parent int NOT NULL REFERENCES t{number - 1}" if number else ""
            session.execute(
                f"CREATE TABLE t{number} (id serial PRIMARY KEY, a text NOT NULL, b int, c timestamptz DEFAULT now(),"
                f" d uuid, e boolean NOT NULL DEFAULT false, f varchar(20) CHECK (length(f) > 2){parent})"
            )
        begun = time.process_time()
        queries = filling.fill(session, empty_ones(session), first=7001)
        assert time.process_time() - begun < 1
        assert len(queries.added) == 50


def test_a_row_that_triggers_refuse_goes_past_them(odd):
    """A table whose trigger lets nothing in at this time gets its rows all the same."""
    filling.fill(odd, empty_ones(odd), first=7001)
    assert odd.execute("SELECT count(*) > 0 FROM odd.guarded").fetchone() == (True,)
    with pytest.raises(psycopg.errors.RaiseException):
        odd.execute("INSERT INTO odd.guarded VALUES (1)")
