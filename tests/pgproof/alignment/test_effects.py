"""The lock that each of our own statements is said to take is the one that PostgreSQL takes."""

import pglast
import pytest

from pgproof.alignment import effects
from pgproof.alignment.locking import STRENGTH

HAS = """
CREATE SCHEMA app;
CREATE TABLE app.rooms (id int PRIMARY KEY);
CREATE TABLE app.notes (id int PRIMARY KEY, room int, body text);
CREATE TABLE app.parts (id int) PARTITION BY RANGE (id);
CREATE TABLE app.part (id int);
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE INDEX by_room ON app.notes (room);
CREATE TRIGGER touch BEFORE UPDATE ON app.notes FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE RULE keep AS ON DELETE TO app.notes DO INSTEAD NOTHING;
CREATE POLICY mine ON app.notes USING (room = 1);
CREATE STATISTICS app.pairs (ndistinct) ON id, room FROM app.notes;
ALTER TABLE app.notes ADD CONSTRAINT short CHECK (length(body) < 9) NOT VALID;
CREATE PUBLICATION sent;
CREATE PUBLICATION told FOR TABLE app.notes;
"""
STATEMENTS = """
ALTER TABLE app.notes ADD COLUMN at date
ALTER TABLE app.notes DROP COLUMN body
ALTER TABLE app.notes ALTER COLUMN body SET NOT NULL
ALTER TABLE app.notes ALTER COLUMN body TYPE varchar(9)
ALTER TABLE app.notes ALTER COLUMN room SET STATISTICS 100
ALTER TABLE app.notes ALTER COLUMN room SET (n_distinct = 5)
ALTER TABLE app.notes ALTER COLUMN room RESET (n_distinct)
ALTER TABLE app.notes ALTER COLUMN body SET STORAGE PLAIN
ALTER TABLE app.notes SET (fillfactor = 50, autovacuum_enabled = false)
ALTER TABLE app.notes RESET (fillfactor)
ALTER TABLE app.notes SET (user_catalog_table = true)
ALTER TABLE app.notes ADD CONSTRAINT one UNIQUE (room)
ALTER TABLE app.notes ADD CONSTRAINT long CHECK (length(body) > 1) NOT VALID
ALTER TABLE app.notes ADD CONSTRAINT k FOREIGN KEY (room) REFERENCES app.rooms
ALTER TABLE app.notes VALIDATE CONSTRAINT short
ALTER TABLE app.notes DROP CONSTRAINT short
ALTER TABLE app.notes DISABLE TRIGGER touch
ALTER TABLE app.notes ENABLE ALWAYS TRIGGER touch
ALTER TABLE app.notes DISABLE RULE keep
ALTER TABLE app.notes ENABLE ROW LEVEL SECURITY
ALTER TABLE app.notes FORCE ROW LEVEL SECURITY
ALTER TABLE app.notes REPLICA IDENTITY FULL
ALTER TABLE app.notes CLUSTER ON by_room
ALTER TABLE app.notes ADD COLUMN at date, VALIDATE CONSTRAINT short
ALTER TABLE app.notes OWNER TO pg_database_owner
ALTER TABLE app.notes RENAME COLUMN body TO text
ALTER TABLE app.notes RENAME CONSTRAINT short TO brief
ALTER INDEX app.by_room RENAME TO by_its_room
ALTER INDEX app.by_room SET (fillfactor = 50)
ALTER POLICY mine ON app.notes USING (room = 2)
ALTER TRIGGER touch ON app.notes RENAME TO touched
ALTER STATISTICS app.pairs SET STATISTICS 100
ALTER PUBLICATION sent ADD TABLE app.notes
ALTER PUBLICATION told DROP TABLE app.notes
CREATE PUBLICATION more FOR TABLE app.notes
CREATE INDEX by_body ON app.notes (body)
CREATE UNIQUE INDEX by_body ON app.notes (body)
CREATE TRIGGER again BEFORE UPDATE ON app.notes FOR EACH ROW EXECUTE FUNCTION app.touch()
CREATE RULE too AS ON UPDATE TO app.notes DO INSTEAD NOTHING
CREATE POLICY yours ON app.notes USING (room = 3)
CREATE STATISTICS app.more (ndistinct) ON id, body FROM app.notes
COMMENT ON TABLE app.notes IS 'x'
COMMENT ON COLUMN app.notes.body IS 'x'
GRANT SELECT ON app.notes TO PUBLIC
DROP INDEX app.by_room
DROP TRIGGER touch ON app.notes
DROP RULE keep ON app.notes
DROP POLICY mine ON app.notes
DROP STATISTICS app.pairs
DROP TABLE app.notes
""".strip().splitlines()
HELD = """
SELECT replace(upper(regexp_replace(regexp_replace(mode, 'Lock$', ''), '(?<!^)([A-Z])', ' \\1', 'g')), '  ', ' ')
FROM pg_locks WHERE pid = pg_backend_pid() AND relation = %s::int::oid AND locktype = 'relation'
"""


def node(sql):
    """The parse tree of a statement."""
    return pglast.parse_sql(sql)[0].stmt


@pytest.fixture(scope="module")
def locked_database(tried_database):
    """The module's database, with tables that nobody has touched in the transaction that looks at locks."""
    tried_database.execute(HAS.encode())
    yield tried_database
    tried_database.execute("DROP PUBLICATION sent; DROP PUBLICATION told; DROP SCHEMA app CASCADE")


@pytest.mark.parametrize("sql", STATEMENTS)
def test_the_lock_is_the_one_that_the_server_takes(locked_database, sql):
    """As pg_locks has it on the table, but for those that let everybody read and write."""
    (table,) = locked_database.execute("SELECT 'app.notes'::regclass::oid::int").fetchone()
    locked_database.execute("BEGIN")
    try:
        locked_database.execute(sql.encode())
        held = {mode for (mode,) in locked_database.execute(HELD, [table]).fetchall()}
    finally:
        locked_database.execute("ROLLBACK")
    strongest = max((each for each in held if each in STRENGTH), key=STRENGTH.index, default="")
    assert effects.lock(node(sql)) == strongest


def test_an_index_made_or_dropped_concurrently_lets_people_work():
    """Neither reader nor writer waits for it."""
    for sql in ("CREATE INDEX CONCURRENTLY i ON app.notes (id)", "DROP INDEX CONCURRENTLY app.i"):
        assert effects.lock(node(sql)) == "SHARE UPDATE EXCLUSIVE"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("DROP TABLE app.notes", True),
        ("DROP MATERIALIZED VIEW app.m", True),
        ("DROP FOREIGN TABLE app.f", True),
        ("ALTER TABLE app.notes ADD COLUMN a int, DROP COLUMN body", True),
        ("DROP VIEW app.v", False),
        ("DROP INDEX app.by_room", False),
        ("ALTER TABLE app.notes ALTER COLUMN body DROP DEFAULT", False),
        ("DROP FUNCTION app.f()", False),
    ],
)
def test_what_takes_rows_or_columns_away_is_known(sql, expected):
    """Tables with their rows, and columns; what can be made again loses nothing."""
    assert effects.loses(node(sql)) is expected
