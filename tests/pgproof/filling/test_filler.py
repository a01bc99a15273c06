"""Rows for odd tables: what PostgreSQL refuses is mended, or named with its table and constraint."""

import psycopg
import pytest

from pgproof.filling import Filler, Unfit, without_triggers

# What a table has that its sample row knows nothing of: each must get a row.
FITTING = {
    "types": """
        CREATE TYPE odd.mood AS ENUM ('fine', 'tired');
        CREATE DOMAIN odd.mail AS text NOT NULL CHECK (VALUE LIKE '%@%.%');
        CREATE TABLE odd.t (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), a int NOT NULL, b text NOT NULL,
          c odd.mood NOT NULL, d odd.mail, e jsonb NOT NULL, f timestamptz NOT NULL, g date NOT NULL,
          h boolean NOT NULL, i numeric(4, 2) NOT NULL, j text[] NOT NULL, k inet NOT NULL, l bytea NOT NULL,
          m uuid NOT NULL,
          n interval NOT NULL, o int4range NOT NULL, p varchar(3) NOT NULL, q point NOT NULL, r time NOT NULL)""",
    "lists": "CREATE TABLE odd.t (id serial PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('it''s', 'other')))",
    "ranges": "CREATE TABLE odd.t (n int NOT NULL CHECK (n BETWEEN 40 AND 42), r real CHECK (r > 0 AND r < 1))",
    "lengths": "CREATE TABLE odd.t (id serial, code text NOT NULL CHECK (length(code) = 7 AND code <> upper(code)))",
    "patterns": "CREATE TABLE odd.t (id serial, slug text NOT NULL CHECK (slug ~ '^[a-z0-9-]+$' AND slug LIKE '%-%'))",
    "two columns": """
        CREATE TABLE odd.t (id serial, kind text NOT NULL DEFAULT 'link' CHECK (kind IN ('link', 'photo')), url text,
          photo text, CONSTRAINT one_of CHECK ((kind = 'link') = (url IS NOT NULL AND photo IS NULL)))""",
    "nullable but required": "CREATE TABLE odd.t (a text, CONSTRAINT there CHECK (a IS NOT NULL AND a <> ''))",
    "unique": "CREATE TABLE odd.t (id serial, handle text NOT NULL UNIQUE, rank int NOT NULL UNIQUE)",
    "unique expression": "CREATE TABLE odd.t (handle text NOT NULL); CREATE UNIQUE INDEX ON odd.t (lower(handle))",
    "identity": "CREATE TABLE odd.t (id bigint GENERATED ALWAYS AS IDENTITY, twice int GENERATED ALWAYS AS (2) STORED)",
    "parents": """
        CREATE TABLE odd.country (code char(2) PRIMARY KEY CHECK (code = upper(code)), name text NOT NULL);
        CREATE TABLE odd.profile (id uuid PRIMARY KEY, country char(2) NOT NULL REFERENCES odd.country,
          handle text NOT NULL UNIQUE);
        CREATE TABLE odd.t (id serial, owner uuid NOT NULL UNIQUE REFERENCES odd.profile)""",
    "deferred": """
        CREATE TABLE odd.other (id int PRIMARY KEY);
        CREATE TABLE odd.t (id serial, other int NOT NULL REFERENCES odd.other DEFERRABLE INITIALLY DEFERRED)""",
    "partitions": """
        CREATE TABLE odd.t (a int, at date, PRIMARY KEY (a, at)) PARTITION BY RANGE (at);
        CREATE TABLE odd.p PARTITION OF odd.t FOR VALUES FROM ('2031-05-01') TO ('2031-06-01') PARTITION BY LIST (a);
        CREATE TABLE odd.q PARTITION OF odd.p FOR VALUES IN (41, 42)""",
    "exclusion": "CREATE TABLE odd.t (during int4range NOT NULL, EXCLUDE USING gist (during WITH &&))",
    "short texts": "CREATE TABLE odd.t (code varchar(4) PRIMARY KEY, sign char(3) UNIQUE NOT NULL)",
    "labels": "CREATE TYPE odd.size AS ENUM ('s', 'l'); CREATE TABLE odd.t (size odd.size PRIMARY KEY)",
    "several keys": """
        CREATE TABLE odd.other (a int, b text, PRIMARY KEY (a, b));
        CREATE TABLE odd.t (id serial, a int NOT NULL, b text NOT NULL, FOREIGN KEY (a, b) REFERENCES odd.other)""",
}


@pytest.fixture
def connection(production, connect):
    """A session of the administrator in one transaction, which is taken back."""
    session = connect(production)
    session.execute("BEGIN; CREATE SCHEMA odd")
    yield session
    session.execute("ROLLBACK")


@pytest.mark.parametrize("script", FITTING.values(), ids=FITTING)
def test_a_table_that_nobody_knew_gets_rows(connection, script):
    """Two rows of which nothing is given go into each table, the second beside the first."""
    connection.execute(script)
    filler = Filler(connection)
    for _ in range(2):
        filler.insert("odd.t", {})
    assert connection.execute("SELECT count(*) FROM odd.t").fetchone() == (2,)


def test_what_is_given_stays(connection):
    """Values that fit are kept, also where a column beside them has to be changed."""
    connection.execute("CREATE TABLE odd.t (a text, b text, CHECK (a IS NULL OR coalesce(b, '') = 'needed'))")
    row = Filler(connection).insert("odd.t", {"a": "given"})
    assert row == {"a": "given", "b": "needed"}


def test_what_the_table_has_no_room_for_is_left_out(connection):
    """Unknown columns, values of another type and labels of another enum are left out; a long text is cut."""
    connection.execute(
        "CREATE TYPE odd.kind AS ENUM ('post'); CREATE TABLE odd.t (id bigint GENERATED ALWAYS AS IDENTITY,"
        " size int, kind odd.kind NOT NULL DEFAULT 'post', title varchar(5), stamp timestamptz NOT NULL DEFAULT now())"
    )
    given = {"id": "a", "size": "large", "kind": "file", "title": "a long title", "stamp": None, "unknown": 1}
    row = Filler(connection).insert("odd.t", given)
    assert isinstance(row["id"], int)
    assert (row["size"], row["kind"], row["title"]) == (None, "post", "a lon")


def test_a_given_value_that_a_check_forbids_is_replaced(connection):
    """The value is one that the check allows; a column that refers to another table is never changed for it."""
    connection.execute("CREATE TABLE odd.t (kind text NOT NULL CHECK (kind IN ('text', 'photo')))")
    assert Filler(connection).insert("odd.t", {"kind": "system"})["kind"] == "text"


def test_a_missing_parent_is_made_with_the_key_that_was_given(connection):
    """The row that a given key refers to is made, with what it needs itself."""
    connection.execute(
        "CREATE TABLE odd.profile (id uuid PRIMARY KEY REFERENCES auth.users, handle text NOT NULL);"
        "CREATE TABLE odd.t (who uuid REFERENCES odd.profile)"
    )
    (user,) = connection.execute("SELECT id FROM auth.users LIMIT 1").fetchone()
    Filler(connection).insert("odd.t", {"who": user})
    assert connection.execute("SELECT id FROM odd.profile").fetchall() == [(user,)]


def test_a_row_can_be_referred_to_before_it_is_needed(connection):
    """The rows that a row would refer to are made once, also for somebody else who inserts it."""
    connection.execute("CREATE TABLE odd.p (id int PRIMARY KEY, a text NOT NULL)")
    connection.execute("CREATE TABLE odd.t (p int REFERENCES odd.p)")
    filler = Filler(connection)
    for _ in range(2):
        filler.refer("odd.t", {"p": 7})
    connection.execute("INSERT INTO odd.t VALUES (7)")
    assert connection.execute("SELECT id FROM odd.p").fetchall() == [(7,)]


def test_two_that_may_not_be_the_same_are_two(connection):
    """Where a check forbids that a row refers to one row twice, another one is made for it."""
    connection.execute("CREATE TABLE odd.p (id int PRIMARY KEY, a text NOT NULL)")
    connection.execute(
        "CREATE TABLE odd.t (id int PRIMARY KEY, who int NOT NULL REFERENCES odd.p, whom int NOT NULL REFERENCES odd.p,"
        " CONSTRAINT others CHECK (who <> whom))"
    )
    row = Filler(connection).insert("odd.t", {})
    assert row["who"] != row["whom"]


@pytest.mark.parametrize(
    ("script", "named"),
    [
        ("CREATE TABLE odd.t (a text, CONSTRAINT never CHECK (a IS NULL AND a IS NOT NULL))", "odd.t, never: "),
        ("CREATE TABLE odd.t (a text NOT NULL CHECK (md5(a) = 'no such hash'))", "odd.t, a: no value of type text"),
        ("CREATE TABLE odd.t (id int PRIMARY KEY, of int NOT NULL REFERENCES odd.t)", "odd.t, its foreign keys: "),
        ("CREATE TABLE odd.t (a int) PARTITION BY RANGE (a)", "no partition of relation"),
        (
            "CREATE TABLE odd.t (a int); CREATE RULE nothing AS ON INSERT TO odd.t DO INSTEAD NOTHING",
            "odd.t, a row: cannot perform INSERT RETURNING",
        ),
    ],
)
def test_what_cannot_be_made_to_fit_is_named(connection, script, named):
    """The error has the table, the column or constraint, and why; nothing was inserted."""
    connection.execute(script)
    with pytest.raises(Unfit) as refused:
        Filler(connection).insert("odd.t", {})
    assert named in str(refused.value)
    assert connection.execute("SELECT count(*) FROM odd.t").fetchone() == (0,)


def test_triggers_keep_quiet_and_are_afterwards_as_before(connection):
    """No trigger rewrites a row, and one that was disabled, or fires always, is so again."""
    connection.execute("""
        CREATE TABLE odd.t (a int);
        CREATE FUNCTION odd.spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.a := 0; RETURN NEW; END $$;
        CREATE TRIGGER one BEFORE INSERT ON odd.t FOR EACH ROW EXECUTE FUNCTION odd.spoil();
        CREATE TRIGGER two BEFORE INSERT ON odd.t FOR EACH ROW EXECUTE FUNCTION odd.spoil();
        CREATE TRIGGER off BEFORE INSERT ON odd.t FOR EACH ROW EXECUTE FUNCTION odd.spoil();
        ALTER TABLE odd.t ENABLE ALWAYS TRIGGER two; ALTER TABLE odd.t DISABLE TRIGGER off""")
    with without_triggers(connection):
        assert Filler(connection).insert("odd.t", {"a": 7}) == {"a": 7}
    states = "SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = 'odd.t'::regclass ORDER BY 1"
    assert connection.execute(states).fetchall() == [("off", "D"), ("one", "O"), ("two", "A")]
    assert connection.execute("INSERT INTO odd.t VALUES (7) RETURNING a").fetchone() == (0,)


def test_foreign_keys_hold_while_triggers_keep_quiet(connection):
    """Only the triggers that somebody wrote are disabled."""
    connection.execute("CREATE TABLE odd.p (id int PRIMARY KEY); CREATE TABLE odd.t (p int REFERENCES odd.p)")
    with (
        pytest.raises(psycopg.errors.ForeignKeyViolation),
        connection.transaction(),
        without_triggers(connection),
    ):
        connection.execute("INSERT INTO odd.t VALUES (1)")
