"""The SQL that is offered for a difference of two databases removes it, and changes nothing else."""

import pytest

from connect.project import REPLICAS
from pgproof import catalog
from pgproof.catalog import differences, renames, statements
from tests.pgproof.catalog.fix_corpus import BASE, CHANGES

NAMES = ("A", "B")
SIDES = pytest.mark.parametrize("side", [0, 1], ids=["A-like-B", "B-like-A"])


class Two:
    """A database and what a change makes of it, each brought to the other in turn; everything is taken back."""

    def __init__(self, connection):
        self.connection = connection
        connection.execute("SET search_path = pg_catalog; SET allow_system_table_mods = on")
        connection.execute(BASE.read_bytes())
        self.base = catalog.read(connection)

    def after(self, *scripts):
        """The catalog after some scripts."""
        self.connection.execute("BEGIN")
        try:
            for script in scripts:
                self.connection.execute(script.encode())
            return catalog.read(self.connection)
        finally:
            self.connection.execute("ROLLBACK")

    def offered(self, change, side):
        """What is offered for each difference, by its text, and the catalog after the change."""
        catalogs = (self.base, self.after(change))
        merged = renames.merged(differences.between(*catalogs), catalogs)
        found = sorted(merged, key=lambda each: statements.order(each, side))
        return {each.text(NAMES): statements.aligning(each, catalogs, side) for each in found}, catalogs[1]

    def aligned(self, change, side):
        """What is offered, and the differences that are left after all of it."""
        offered, changed = self.offered(change, side)
        run = dict.fromkeys(sql for sql in offered.values() if sql)
        here = self.after(*([change] if side else []), *run)
        left = differences.between(*((self.base, here) if side else (here, changed)))
        return offered, [each.text(NAMES) for each in left]


@pytest.fixture(scope="module")
def two(templates):
    """The database for all changes of this module."""
    import psycopg

    with templates.clone(REPLICAS["prod"], "aligned") as conninfo, psycopg.connect(conninfo, autocommit=True) as one:
        yield Two(one)


# Kinds for which no statement is offered at all.
NO_KINDS = (
    "access method",
    "changed grant",
    "cast",
    "collation",
    "conversion",
    "database",
    "default privileges",
    "event trigger",
    "extension",
    "extension member",
    "foreign server",
    "language",
    "membership",
    "not modelled",
    "operator",
    "role",
    "subscription",
    "text search",
    "transform",
    "user mapping",
)
# Differences of other kinds for which none is offered: in neither direction, or in one.
NOT_OFFERED = {
    "column app.child.a: inherited": "AB",
    "column app.child.b: inherited": "AB",
    "column app.part.a: inherited": "AB",
    "column app.part.a: local": "AB",
    "column app.t.twice: default only in A": "B",
    "column app.t.twice: generated differs": "B",
    "constraint app.other other_t: triggers": "A",
    "foreign data wrapper fdw: comment": "AB",
    "foreign data wrapper fdw: options": "AB",
    "function app.total(integer): aggregate": "AB",
    "grant database compared to": "AB",
    "grant language own to": "AB",
    "index app.t_name: ready": "A",
    "index app.t_name: valid": "A",
    "partitioned table app.parted: partition key": "AB",
    "table app.child: access method": "AB",
    "table app.part: partition bound": "AB",
    "type app.bytes: representation": "AB",
    "type app.more: only in B": "A",
    "type app.mood: labels differs": "AB",
    "type app.mood: labels: glad": "B",
    "type app.pair: attribute comments": "AB",
    "type app.pair: attributes": "AB",
    "type app.percent: base": "AB",
    "type app.span: range": "AB",
}
# Offered where the table is detached, not where its partitioned table is another one.
OFFERED_ALL_THE_SAME = ("table app.part: partition bound only in A",)


def expected(text, side):
    """Whether no statement is expected for a difference."""
    if text.startswith(OFFERED_ALL_THE_SAME):
        return False
    return text.startswith(NO_KINDS) or any(
        NAMES[side] in sides for line, sides in NOT_OFFERED.items() if text.startswith(line)
    )


@SIDES
@pytest.mark.parametrize(("line", "change"), CHANGES, ids=[line for line, _ in CHANGES])
def test_what_is_offered_aligns(two, line, change, side):
    """Every difference with a statement is gone after it, no other has come, and those without one are known."""
    offered, left = two.aligned(change, side)
    without = {text for text, sql in offered.items() if sql is None}
    assert offered
    assert set(left) <= without, offered
    assert without == {text for text in offered if expected(text, side)}


WHOLE = {
    "table": "DROP TABLE app.other",
    "table with everything": "DROP TABLE app.t CASCADE",
    "new table": """
        CREATE TABLE app."new one" (
          id bigserial PRIMARY KEY, "user" text COLLATE "C" NOT NULL DEFAULT 'it''s',
          always int GENERATED ALWAYS AS IDENTITY, doubled int GENERATED ALWAYS AS (1 + 1) STORED, UNIQUE ("user"));
        CREATE INDEX "an index" ON app."new one" (lower("user")) WHERE id > 0;
        CREATE POLICY "Users can see" ON app."new one" AS RESTRICTIVE TO anon, authenticated USING (id > 0);
        ALTER TABLE app."new one" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, REPLICA IDENTITY FULL;
        CREATE TRIGGER "on change" AFTER UPDATE ON app."new one" FOR EACH ROW EXECUTE FUNCTION app.touch();
        ALTER TABLE app."new one" DISABLE TRIGGER "on change";
        GRANT SELECT, UPDATE ON app."new one" TO anon WITH GRANT OPTION;
        GRANT INSERT ("user") ON app."new one" TO authenticated;
        COMMENT ON COLUMN app."new one"."user" IS 'it''s';
        ALTER PUBLICATION pub ADD TABLE app."new one" ("user", id)""",
    "schema": """
        CREATE SCHEMA "s p"; GRANT USAGE ON SCHEMA "s p" TO anon; CREATE TYPE "s p".kind AS ENUM ('a', 'b');
        CREATE TABLE "s p".t (id int PRIMARY KEY, kind "s p".kind DEFAULT 'a');
        CREATE FUNCTION "s p".f("p a" int) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM "s p".t';
        CREATE VIEW "s p".v AS SELECT id FROM "s p".t""",
    "function": """
        CREATE FUNCTION app.g(INOUT a int, VARIADIC b text[] DEFAULT '{}') LANGUAGE plpgsql STABLE STRICT
          SECURITY DEFINER PARALLEL SAFE COST 7 SET search_path = '' SET work_mem = '5MB' SET DateStyle = 'ISO, DMY'
          AS $f$ BEGIN RAISE NOTICE '$$ it''s $body$'; END $f$;
        REVOKE ALL ON FUNCTION app.g FROM PUBLIC; GRANT EXECUTE ON FUNCTION app.g TO anon;
        COMMENT ON FUNCTION app.g IS 'x';
        CREATE FUNCTION app.h(a int) RETURNS int RETURN a + 1;
        CREATE FUNCTION app.rows() RETURNS TABLE (a int, "b c" text) ROWS 7 LANGUAGE sql
          SET search_path = "$user", public AS $$ SELECT 1, '$' $$""",
    "function of another kind": """
        DROP FUNCTION app.f; CREATE PROCEDURE app.f(a int, b text DEFAULT 'b') LANGUAGE sql AS 'SELECT 1'""",
    "function that returns something else": """
        DROP FUNCTION app.many; CREATE FUNCTION app.many() RETURNS TABLE (a text) LANGUAGE sql AS $$ SELECT '1' $$;
        REVOKE ALL ON FUNCTION app.many FROM PUBLIC; GRANT EXECUTE ON FUNCTION app.many TO anon WITH GRANT OPTION;
        COMMENT ON FUNCTION app.many IS 'x'""",
    "default of an argument": """
        DROP FUNCTION app.f; CREATE FUNCTION app.f(a int, b text) RETURNS int LANGUAGE sql AS 'SELECT 1'""",
    "several attributes of a policy": """
        ALTER POLICY t_read ON app.t TO anon USING (size > 9);
        CREATE POLICY t_update ON app.t FOR UPDATE USING (true) WITH CHECK (size > 3)""",
    "check of a policy": """
        DROP POLICY t_read ON app.t; CREATE POLICY t_read ON app.t USING (true) WITH CHECK (size > 3)""",
    "constraint by an index": "ALTER TABLE app.t ADD CONSTRAINT t_size_key UNIQUE USING INDEX t_size_key",
    "columns of a view": "DROP VIEW app.v; CREATE VIEW app.v AS SELECT size FROM app.t; GRANT SELECT ON app.v TO anon",
    "owner": "ALTER TABLE app.t OWNER TO anon; ALTER FUNCTION app.f OWNER TO anon",
    "grant option": "GRANT SELECT ON app.t TO anon WITH GRANT OPTION; GRANT DELETE ON app.t TO anon",
    "fewer with an option": "GRANT SELECT (size, name), UPDATE (size) ON app.t TO anon",
    "published schema": "CREATE PUBLICATION local FOR TABLES IN SCHEMA app; CREATE TABLE app.another (a int)",
    "publication": "DROP PUBLICATION pub",
    "labels": """
        ALTER TYPE app.mood ADD VALUE 'bad' BEFORE 'sad'; ALTER TYPE app.mood ADD VALUE 'so-so' AFTER 'sad';
        ALTER TYPE app.mood ADD VALUE 'glad'""",
    "names of arguments": """
        DROP FUNCTION app.f; CREATE FUNCTION app.f(x int, y text) RETURNS int LANGUAGE sql AS 'SELECT 1'""",
    "trigger that is a constraint": """
        CREATE CONSTRAINT TRIGGER late AFTER INSERT ON app.t DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION app.touch()""",
    "default privileges": """
        ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT ALL ON TABLES TO anon;
        ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT EXECUTE ON FUNCTIONS TO anon;
        ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT USAGE ON SEQUENCES TO anon;
        DROP SEQUENCE app.s; DROP TABLE app.other; DROP FUNCTION app.many""",
}


# A REVOKE on a table takes the same privilege from its columns.
WHOLE |= {
    "from the table to a column": """
        GRANT SELECT ON app.t TO anon; REVOKE SELECT ON app.t FROM anon; GRANT SELECT (name) ON app.t TO anon""",
    "one privilege of the table less, with one on a column": """
        REVOKE INSERT ON app.grantee FROM anon; GRANT INSERT (a) ON app.grantee TO anon""",
    "the table's grant, and the column keeps its own": """
        REVOKE INSERT ON app.grantee FROM authenticated; GRANT INSERT (a) ON app.grantee TO authenticated""",
    "all of the table, and the column keeps its own": """
        REVOKE ALL ON app.grantee FROM service_role; GRANT UPDATE (a) ON app.grantee TO service_role""",
    "from one role to another": "REVOKE ALL ON app.grantee FROM anon; GRANT SELECT ON app.grantee TO authenticator",
}

# What of these has no statement, or none in one direction.
KNOWN = ("default privileges", "type app.mood: labels", 'schema "s p": only in B')


@SIDES
@pytest.mark.parametrize("change", WHOLE.values(), ids=WHOLE)
def test_whole_objects_are_aligned(two, change, side):
    """An object comes with its columns, constraints, grants and comments, however it is called."""
    offered, left = two.aligned(change, side)
    assert offered
    assert set(left) <= {text for text, sql in offered.items() if sql is None}, offered
    assert all(text.startswith(KNOWN) for text in left), left


RENAMED = {
    "constraint": ("ALTER TABLE app.t RENAME CONSTRAINT t_size TO bigger", "app.t t_size: is called t_size in A"),
    "unique constraint": ("ALTER TABLE app.t RENAME CONSTRAINT t_code TO codes", "app.t t_code: is called t_code in A"),
    "constraint of a domain": (
        'ALTER DOMAIN app.percent RENAME CONSTRAINT in_range TO "in range"',
        'app.percent in_range: is called in_range in A and "in range" in B',
    ),
    "index": ("ALTER INDEX app.t_name RENAME TO by_name", "index app.t_name: is called t_name in A and by_name in B"),
    "policy": (
        'ALTER POLICY t_read ON app.t RENAME TO "Who reads"',
        't_read: is called t_read in A and "Who reads" in B',
    ),
    "trigger": ('ALTER TRIGGER t_touch ON app.t RENAME TO "a.b"', 't_touch: is called t_touch in A and "a.b" in B'),
}


@SIDES
@pytest.mark.parametrize(("change", "words"), RENAMED.values(), ids=RENAMED)
def test_a_rename_is_one_difference(two, change, words, side):
    """The same object under two names is one difference, and a RENAME aligns it."""
    offered, left = two.aligned(change, side)
    assert left == []
    assert [words in text for text in offered] == [True]
    (sql,) = offered.values()
    assert " RENAME " in sql


@pytest.mark.parametrize(
    "change",
    [
        "DROP INDEX app.t_name; CREATE INDEX by_name ON app.t (name DESC)",
        "ALTER POLICY t_read ON app.t RENAME TO other; ALTER POLICY other ON app.t USING (size > 7)",
        "ALTER INDEX app.t_name RENAME TO by_name; COMMENT ON INDEX app.by_name IS 'x'",
    ],
)
def test_what_is_not_identical_is_no_rename(two, change):
    """Two objects that differ in more than their names are two differences."""
    offered, _ = two.offered(change, 1)
    assert [text.partition(": only in ")[2] for text in sorted(offered)] in (["A", "B"], ["B", "A"])


def test_a_schema_with_something_in_it_is_not_dropped(two):
    """Nothing is offered that would take a whole schema away."""
    offered, _ = two.offered("CREATE SCHEMA s; CREATE TABLE s.t (a int)", 1)
    assert list(offered.values()) == [None]


def test_revoking_comes_before_granting(two):
    """Run from the top, the statements end with what is wanted: nothing that is granted is revoked after it."""
    offered, _ = two.offered("REVOKE ALL ON app.grantee FROM anon; GRANT SELECT (a) ON app.grantee TO anon", 0)
    verbs = [sql.partition(" ")[0] for sql in offered.values() if sql]
    assert verbs == sorted(verbs, reverse=True)
    assert set(verbs) == {"REVOKE", "GRANT"}
