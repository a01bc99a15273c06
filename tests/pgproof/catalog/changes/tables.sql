-- schema s2: only in B
CREATE SCHEMA s2;

-- schema app: owner differs
ALTER SCHEMA app OWNER TO anon;

-- table app.new: only in B (with 1 column, 1 grant)
CREATE TABLE app.new (a int);

-- table app.t: owner differs
ALTER TABLE app.t OWNER TO anon;

-- table app.child: persistence differs: permanent in A, unlogged in B
ALTER TABLE app.child SET UNLOGGED;

-- table app.t: row security only in B
ALTER TABLE app.t ENABLE ROW LEVEL SECURITY;

-- table app.t: row security forced only in B
ALTER TABLE app.t FORCE ROW LEVEL SECURITY;

-- table app.t: replica identity differs: default in A, full in B
ALTER TABLE app.t REPLICA IDENTITY FULL;

-- table app.t: options: fillfactor=50 only in B
ALTER TABLE app.t SET (fillfactor = 50);

-- table app.t: toast options: autovacuum_enabled=false only in B
ALTER TABLE app.t SET (toast.autovacuum_enabled = false);

-- table app.child: inherits from: app.parent only in B
ALTER TABLE app.child INHERIT app.parent;

-- table app.part: partition bound only in A
ALTER TABLE app.parted DETACH PARTITION app.part;

-- partitioned table app.parted: partition key differs
DROP TABLE app.parted;
CREATE TABLE app.parted (a int) PARTITION BY LIST (a);
CREATE TABLE app.part PARTITION OF app.parted FOR VALUES IN (0);

-- table app.child: access method differs: heap in A, am in B
UPDATE pg_class SET relam = (SELECT oid FROM pg_am WHERE amname = 'am') WHERE oid = 'app.child'::regclass;

-- column app.t.more: only in B
ALTER TABLE app.t ADD more int;

-- column app.parent.b: type differs: integer in A, bigint in B
ALTER TABLE app.parent ALTER b TYPE bigint;

-- column app.t.size: NOT NULL only in A
ALTER TABLE app.t ALTER size DROP NOT NULL;

-- column app.t.name: default only in A: 'x'::text
ALTER TABLE app.t ALTER name DROP DEFAULT;

-- column app.t.id: identity differs: by default in A, always in B
ALTER TABLE app.t ALTER id SET GENERATED ALWAYS;

-- column app.t.twice: generated differs: stored in A, no in B
ALTER TABLE app.t ALTER twice DROP EXPRESSION;

-- column app.t.code: collation differs
ALTER TABLE app.t ALTER code TYPE varchar(10) COLLATE "C";

-- column app.t.name: storage differs: extended in A, external in B
ALTER TABLE app.t ALTER name SET STORAGE external;

-- column app.t.name: compression differs: default in A, pglz in B
ALTER TABLE app.t ALTER name SET COMPRESSION pglz;

-- column app.t.name: statistics target only in B: 7
ALTER TABLE app.t ALTER name SET STATISTICS 7;

-- column app.t.name: options: n_distinct=5 only in B
ALTER TABLE app.t ALTER name SET (n_distinct = 5);

-- constraint app.t t_more: only in B
ALTER TABLE app.t ADD CONSTRAINT t_more CHECK (size < 9);

-- constraint app.t t_size: definition differs: CHECK ((size > 0)) in A, CHECK ((size > 1)) in B
ALTER TABLE app.t DROP CONSTRAINT t_size, ADD CONSTRAINT t_size CHECK (size > 1);

-- constraint app.other other_t: validated only in A
ALTER TABLE app.other DROP CONSTRAINT other_t, ADD CONSTRAINT other_t FOREIGN KEY (t) REFERENCES app.t NOT VALID;

-- constraint app.other other_t: definition differs
ALTER TABLE app.other ALTER CONSTRAINT other_t DEFERRABLE;

-- constraint app.other other_t: triggers: yes only in A; no only in B
ALTER TABLE app.other DISABLE TRIGGER ALL;

-- constraint app.t t_code: only in A (with 1 index)
ALTER TABLE app.t DROP CONSTRAINT t_code;

-- index app.more: only in B
CREATE INDEX more ON app.t (size);

-- index app.t_name: definition differs
DROP INDEX app.t_name;
CREATE INDEX t_name ON app.t (name DESC);

-- index app.t_name: valid only in A
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'app.t_name'::regclass;

-- index app.t_name: ready only in A
UPDATE pg_index SET indisready = false WHERE indexrelid = 'app.t_name'::regclass;

-- index app.t_name: clustered only in B
ALTER TABLE app.t CLUSTER ON t_name;

-- index app.t_size_key: replica identity only in B
ALTER TABLE app.t REPLICA IDENTITY USING INDEX t_size_key;

-- index app.t_lower: statistics targets: 1 only in B: 7
ALTER INDEX app.t_lower ALTER COLUMN 1 SET STATISTICS 7;

-- index app.t_name: definition differs
ALTER INDEX app.t_name SET (fillfactor = 50);

-- trigger app.t t_touch: enabled differs: yes in A, no in B
ALTER TABLE app.t DISABLE TRIGGER t_touch;

-- trigger app.t t_touch: definition differs
CREATE OR REPLACE TRIGGER t_touch BEFORE INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION app.touch();

-- rule app.child t_rule: definition differs
CREATE OR REPLACE RULE t_rule AS ON DELETE TO app.child WHERE old.a > 0 DO INSTEAD NOTHING;

-- rule app.child t_rule: enabled differs: yes in A, no in B
ALTER TABLE app.child DISABLE RULE t_rule;

-- view app.v: definition differs from line 2
CREATE OR REPLACE VIEW app.v AS SELECT id, upper(name) AS name FROM app.t;

-- view app.v: options: security_invoker=true only in B
ALTER VIEW app.v SET (security_invoker = true);

-- view app.v: options: check_option=local only in B
ALTER VIEW app.v SET (check_option = local);

-- materialized view app.mv: definition differs
DROP MATERIALIZED VIEW app.mv;
CREATE MATERIALIZED VIEW app.mv AS SELECT id + 0 AS id FROM app.t;

-- statistics app.st: kinds
DROP STATISTICS app.st;
CREATE STATISTICS app.st (mcv) ON size, name FROM app.t;

-- statistics app.st: columns
DROP STATISTICS app.st;
CREATE STATISTICS app.st (ndistinct) ON size, code FROM app.t;

-- statistics app.st: expressions
DROP STATISTICS app.st;
CREATE STATISTICS app.st (ndistinct) ON size, name, (size + 1) FROM app.t;

-- statistics app.st: statistics target only in B: 7
ALTER STATISTICS app.st SET STATISTICS 7;

-- policy app.t t_read: using differs
ALTER POLICY t_read ON app.t USING (size > 2);

-- policy app.t t_read: roles: PUBLIC only in A; anon only in B
ALTER POLICY t_read ON app.t TO anon;

-- policy app.t t_read: permissive only in A
DROP POLICY t_read ON app.t;
CREATE POLICY t_read ON app.t AS RESTRICTIVE FOR SELECT USING (size > 1);

-- policy app.t t_read: command differs: SELECT in A, DELETE in B
DROP POLICY t_read ON app.t;
CREATE POLICY t_read ON app.t FOR DELETE USING (size > 1);

-- policy app.t t_write: only in B
CREATE POLICY t_write ON app.t FOR INSERT WITH CHECK (size > 1);

-- sequence app.s: increment differs: 1 in A, 2 in B
ALTER SEQUENCE app.s INCREMENT 2;

-- sequence app.s: cycle only in B
ALTER SEQUENCE app.s CYCLE;

-- sequence app.s: owned by only in B: app.t.size
ALTER SEQUENCE app.s OWNED BY app.t.size;

-- sequence app.s2: only in B
CREATE SEQUENCE app.s2;
