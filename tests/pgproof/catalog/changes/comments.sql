-- schema app: comment only in B: x
COMMENT ON SCHEMA app IS 'x';

-- table app.t: comment only in B: x
COMMENT ON TABLE app.t IS 'x';

-- view app.v: comment only in B: x
COMMENT ON VIEW app.v IS 'x';

-- sequence app.s: comment only in B: x
COMMENT ON SEQUENCE app.s IS 'x';

-- column app.t.name: comment only in B: x
COMMENT ON COLUMN app.t.name IS 'x';

-- constraint app.t t_size: comment only in B: x
COMMENT ON CONSTRAINT t_size ON app.t IS 'x';

-- constraint app.percent in_range: comment only in B: x
COMMENT ON CONSTRAINT in_range ON DOMAIN app.percent IS 'x';

-- index app.t_name: comment only in B: x
COMMENT ON INDEX app.t_name IS 'x';

-- function app.f(a integer, b text): comment only in B: x
COMMENT ON FUNCTION app.f IS 'x';

-- function app.total(integer): comment only in B: x
COMMENT ON AGGREGATE app.total(int) IS 'x';

-- trigger app.t t_touch: comment only in B: x
COMMENT ON TRIGGER t_touch ON app.t IS 'x';

-- rule app.child t_rule: comment only in B: x
COMMENT ON RULE t_rule ON app.child IS 'x';

-- policy app.t t_read: comment only in B: x
COMMENT ON POLICY t_read ON app.t IS 'x';

-- publication pub: comment only in B: x
COMMENT ON PUBLICATION pub IS 'x';

-- type app.pair: comment only in B: x
COMMENT ON TYPE app.pair IS 'x';

-- type app.pair: attribute comments: one only in B: x
COMMENT ON COLUMN app.pair.one IS 'x';

-- statistics app.st: comment only in B: x
COMMENT ON STATISTICS app.st IS 'x';

-- event trigger watch: comment only in B: x
COMMENT ON EVENT TRIGGER watch IS 'x';

-- extension plpgsql: comment differs
COMMENT ON EXTENSION plpgsql IS 'x';

-- cast integer as app.mood: comment only in B: x
COMMENT ON CAST (int AS app.mood) IS 'x';

-- operator app.===(app.pair, app.pair): comment only in B: x
COMMENT ON OPERATOR app.=== (app.pair, app.pair) IS 'x';

-- operator class app.cls using hash: comment only in B: x
COMMENT ON OPERATOR CLASS app.cls USING hash IS 'x';

-- operator family app.fam using btree: comment only in B: x
COMMENT ON OPERATOR FAMILY app.fam USING btree IS 'x';

-- language own: comment only in B: x
COMMENT ON LANGUAGE own IS 'x';

-- transform for integer language own: comment only in B: x
COMMENT ON TRANSFORM FOR int LANGUAGE own IS 'x';

-- access method am: comment only in B: x
COMMENT ON ACCESS METHOD am IS 'x';

-- foreign data wrapper fdw: comment only in B: x
COMMENT ON FOREIGN DATA WRAPPER fdw IS 'x';

-- foreign server srv: comment only in B: x
COMMENT ON SERVER srv IS 'x';

-- collation app.coll: comment only in B: x
COMMENT ON COLLATION app.coll IS 'x';

-- conversion app.conv: comment only in B: x
COMMENT ON CONVERSION app.conv IS 'x';

-- text search configuration app.conf: comment only in B: x
COMMENT ON TEXT SEARCH CONFIGURATION app.conf IS 'x';

-- text search dictionary app.dict: comment only in B: x
COMMENT ON TEXT SEARCH DICTIONARY app.dict IS 'x';

-- text search parser app.parser: comment only in B: x
COMMENT ON TEXT SEARCH PARSER app.parser IS 'x';

-- text search template app.template: comment only in B: x
COMMENT ON TEXT SEARCH TEMPLATE app.template IS 'x';
