-- function app.f(a integer, b text): only in A
DROP FUNCTION app.f;

-- function app.f(a integer, b text): body differs from line 3: RETURN a; in A, RETURN a + 1; in B
CREATE OR REPLACE FUNCTION app.f(a int, b text DEFAULT 'b') RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  RETURN a + 1;
  END
$$;

-- function app.f(a integer, b text): arguments differs
CREATE OR REPLACE FUNCTION app.f(a int, b text DEFAULT 'c') RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  RETURN a;
  END
$$;

-- function app.many(): result differs
DROP FUNCTION app.many;
CREATE FUNCTION app.many() RETURNS SETOF bigint LANGUAGE sql AS 'SELECT 1';

-- function app.many(): language differs: sql in A, plpgsql in B
CREATE OR REPLACE FUNCTION app.many() RETURNS SETOF int LANGUAGE plpgsql AS 'BEGIN END';

-- function app.f(a integer, b text): volatility differs: volatile in A, stable in B
ALTER FUNCTION app.f STABLE;

-- function app.f(a integer, b text): STRICT only in B
ALTER FUNCTION app.f STRICT;

-- function app.f(a integer, b text): SECURITY DEFINER only in B
ALTER FUNCTION app.f SECURITY DEFINER;

-- function app.f(a integer, b text): LEAKPROOF only in B
ALTER FUNCTION app.f LEAKPROOF;

-- function app.f(a integer, b text): parallel differs: unsafe in A, safe in B
ALTER FUNCTION app.f PARALLEL SAFE;

-- function app.f(a integer, b text): cost differs: 100 in A, 7 in B
ALTER FUNCTION app.f COST 7;

-- function app.many(): planner's estimate of rows differs: 1000 in A, 7 in B
ALTER FUNCTION app.many ROWS 7;

-- function app.f(a integer, b text): settings: search_path=x only in B
ALTER FUNCTION app.f SET search_path = x;

-- function app.f(a integer, b text): owner differs
ALTER FUNCTION app.f OWNER TO anon;

-- function app.p(): SECURITY DEFINER only in B
ALTER PROCEDURE app.p SECURITY DEFINER;

-- function app.total(integer): aggregate: initial state differs: 0 in A, 1 in B
CREATE OR REPLACE AGGREGATE app.total(int) (SFUNC = app.state, STYPE = int, INITCOND = '1');

-- event trigger watch: enabled differs: yes in A, no in B
ALTER EVENT TRIGGER watch DISABLE;

-- event trigger watch: tags: DROP TABLE only in B
DROP EVENT TRIGGER watch;
CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('DROP TABLE') EXECUTE FUNCTION app.ddl();

-- event trigger watch: owner differs
UPDATE pg_event_trigger SET evtowner = 'anon'::regrole;

-- extension dependency function app.f(integer,pg_catalog.text) on plpgsql: only in B
ALTER FUNCTION app.f(int, text) DEPENDS ON EXTENSION plpgsql;
