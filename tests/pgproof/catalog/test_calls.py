"""What an expression is bound to is told where its text is the same: another overload may have taken the place."""

import psycopg
import pytest

from connect.project import REPLICAS
from pgproof import catalog
from pgproof.catalog import differences, statements

# Everything here calls the only function that there is at first. The second one fits better, and has the same text.
BASE = """
CREATE SCHEMA calls;
CREATE FUNCTION calls.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION calls.bound(anyelement) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 1; END';
CREATE TABLE calls.caller (
  a int, d int DEFAULT calls.bound(1), g int GENERATED ALWAYS AS (calls.bound(a)) STORED);
ALTER TABLE calls.caller ADD CONSTRAINT c CHECK (calls.bound(a) > 0);
CREATE INDEX caller_i ON calls.caller (calls.bound(a));
CREATE INDEX caller_where ON calls.caller (a) WHERE calls.bound(a) > 0;
CREATE POLICY p ON calls.caller USING (calls.bound(a) > 0);
CREATE POLICY w ON calls.caller FOR INSERT WITH CHECK (calls.bound(a) > 0);
CREATE VIEW calls.caller_v AS SELECT calls.bound(a) AS b FROM calls.caller;
CREATE MATERIALIZED VIEW calls.caller_mv AS SELECT calls.bound(a) AS b FROM calls.caller;
CREATE RULE caller_r AS ON DELETE TO calls.caller WHERE calls.bound(old.a) > 0
  DO INSTEAD NOTHING;
CREATE TRIGGER caller_t BEFORE UPDATE ON calls.caller
  FOR EACH ROW WHEN (calls.bound(old.a) > 0) EXECUTE FUNCTION calls.touch();
CREATE STATISTICS calls.caller_s ON calls.bound(a), a FROM calls.caller;
CREATE DOMAIN calls.caller_d AS int DEFAULT calls.bound(1);
CREATE DOMAIN calls.caller_c AS int CONSTRAINT k CHECK (calls.bound(VALUE) > 0);
CREATE TABLE calls.caller_p (a int) PARTITION BY LIST (calls.bound(a));
CREATE FUNCTION calls.caller_f() RETURNS int BEGIN ATOMIC SELECT calls.bound(1); END;
"""
BETTER = "CREATE FUNCTION calls.bound(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 1; END'"
# By the object, in the first line, the same again.
AGAIN = dict(
    block.split("\n", 1)
    for block in """
column calls.caller.d
ALTER TABLE calls.caller ALTER d SET DEFAULT calls.bound(1);

column calls.caller.g
ALTER TABLE calls.caller DROP g, ADD g int GENERATED ALWAYS AS (calls.bound(a)) STORED;

constraint calls.caller c
ALTER TABLE calls.caller DROP CONSTRAINT c, ADD CONSTRAINT c CHECK (calls.bound(a) > 0);

index calls.caller_i
DROP INDEX calls.caller_i;
CREATE INDEX caller_i ON calls.caller (calls.bound(a));

index calls.caller_where
DROP INDEX calls.caller_where;
CREATE INDEX caller_where ON calls.caller (a) WHERE calls.bound(a) > 0;

policy calls.caller p
ALTER POLICY p ON calls.caller USING (calls.bound(a) > 0);

policy calls.caller w
ALTER POLICY w ON calls.caller WITH CHECK (calls.bound(a) > 0);

view calls.caller_v
CREATE OR REPLACE VIEW calls.caller_v
  AS SELECT calls.bound(a) AS b FROM calls.caller;

materialized view calls.caller_mv
DROP MATERIALIZED VIEW calls.caller_mv;
CREATE MATERIALIZED VIEW calls.caller_mv
  AS SELECT calls.bound(a) AS b FROM calls.caller;

rule calls.caller caller_r
CREATE OR REPLACE RULE caller_r AS ON DELETE TO calls.caller WHERE calls.bound(old.a) > 0
  DO INSTEAD NOTHING;

trigger calls.caller caller_t
CREATE OR REPLACE TRIGGER caller_t BEFORE UPDATE ON calls.caller
  FOR EACH ROW WHEN (calls.bound(old.a) > 0) EXECUTE FUNCTION calls.touch();

statistics calls.caller_s
DROP STATISTICS calls.caller_s;
CREATE STATISTICS calls.caller_s ON calls.bound(a), a FROM calls.caller;

type calls.caller_d
ALTER DOMAIN calls.caller_d SET DEFAULT calls.bound(1);

constraint calls.caller_c k
ALTER DOMAIN calls.caller_c DROP CONSTRAINT k;
ALTER DOMAIN calls.caller_c ADD CONSTRAINT k CHECK (calls.bound(VALUE) > 0);

partitioned table calls.caller_p
DROP TABLE calls.caller_p;
CREATE TABLE calls.caller_p (a int) PARTITION BY LIST (calls.bound(a));

function calls.caller_f()
CREATE OR REPLACE FUNCTION calls.caller_f() RETURNS int
  BEGIN ATOMIC SELECT calls.bound(1);
END;
""".strip().split("\n\n")
)
BOUND = "calls: calls.bound(anyelement) only in A; calls.bound(integer) only in B"


@pytest.fixture(scope="module")
def calling(templates):
    """A connection to a database of this module's own, with one object of each kind that can call something."""
    with templates.clone(REPLICAS["prod"], "aligned") as conninfo, psycopg.connect(conninfo, autocommit=True) as one:
        one.execute("SET search_path = pg_catalog")
        one.execute(BASE)
        yield one


def between(connection, first, change):
    """What differs after a change that is taken back, and both catalogs."""
    connection.execute("BEGIN")
    try:
        connection.execute(first)
        before = catalog.read(connection)
        connection.execute(change)
        after = catalog.read(connection)
    finally:
        connection.execute("ROLLBACK")
    return list(differences.between(before, after)), (before, after)


@pytest.mark.parametrize(("name", "again"), AGAIN.items(), ids=AGAIN)
def test_another_overload_is_told(calling, name, again):
    """The same text that calls another function now is a difference, for which no statement is offered."""
    (found,), catalogs = between(calling, BETTER, again)
    assert found.text(("A", "B")) == f"{name}: {BOUND}"
    assert statements.aligning(found, catalogs, 1) is None


@pytest.mark.parametrize("again", AGAIN.values(), ids=AGAIN)
def test_the_same_binding_is_silent(calling, again):
    """The same text bound to the same function is no difference."""
    found, _ = between(calling, "SELECT", again)
    assert found == []


def test_another_text_is_one_difference(calling):
    """Where the text differs, that is said, and not what follows from it."""
    found, _ = between(calling, BETTER, "ALTER TABLE calls.caller ALTER d SET DEFAULT calls.bound(2)")
    assert [each.attribute for each in found] == ["default"]
