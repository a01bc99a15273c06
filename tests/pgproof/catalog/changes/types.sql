-- type app.mood: labels: glad only in B
ALTER TYPE app.mood ADD VALUE 'glad';

-- type app.mood: labels: happy only in A; merry only in B
ALTER TYPE app.mood RENAME VALUE 'happy' TO 'merry';

-- type app.mood: labels differs: sad, happy in A, happy, sad in B
UPDATE pg_enum SET enumsortorder = 3 WHERE enumlabel = 'sad';

-- type app.mood: owner differs
ALTER TYPE app.mood OWNER TO anon;

-- type app.percent: default differs: 0 in A, 1 in B
ALTER DOMAIN app.percent SET DEFAULT 1;

-- type app.percent: NOT NULL only in B
ALTER DOMAIN app.percent SET NOT NULL;

-- type app.percent: base differs: integer in A, bigint in B
UPDATE pg_type SET typbasetype = 'bigint'::regtype WHERE oid = 'app.percent'::regtype;

-- constraint app.percent in_range: definition differs
ALTER DOMAIN app.percent DROP CONSTRAINT in_range;
ALTER DOMAIN app.percent ADD CONSTRAINT in_range CHECK (VALUE >= 0);

-- constraint app.percent more: only in B
ALTER DOMAIN app.percent ADD CONSTRAINT more CHECK (VALUE <> 7);

-- type app.pair: attributes: three integer only in B
ALTER TYPE app.pair ADD ATTRIBUTE three int;

-- type app.pair: attributes: one integer only in A; one bigint only in B
ALTER TYPE app.pair ALTER ATTRIBUTE one TYPE bigint;

-- type app.span: range: difference only in B: int4range_subdiff
UPDATE pg_range SET rngsubdiff = 'int4range_subdiff'::regproc WHERE rngtypid = 'app.span'::regtype;

-- type app.more: only in B (with 1 cast, 5 functions, 12 grants)
CREATE TYPE app.more AS RANGE (subtype = text);

-- type app.bytes: representation: storage differs: x in A, p in B
UPDATE pg_type SET typstorage = 'p' WHERE oid = 'app.bytes'::regtype;

-- cast integer as app.mood: context differs: explicit in A, assignment in B
DROP CAST (int AS app.mood);
CREATE CAST (int AS app.mood) WITH FUNCTION app.to_mood(int) AS ASSIGNMENT;

-- cast integer as app.mood: only in A
DROP CAST (int AS app.mood);

-- operator app.===(app.pair, app.pair): restriction estimator differs: - in A, eqsel in B
ALTER OPERATOR app.=== (app.pair, app.pair) SET (RESTRICT = eqsel);

-- operator app.<<<(app.pair, app.pair): only in B
CREATE OPERATOR app.<<< (LEFTARG = app.pair, RIGHTARG = app.pair, FUNCTION = app.same);

-- operator class app.cls using hash: owner differs
ALTER OPERATOR CLASS app.cls USING hash OWNER TO anon;

-- operator family app.more using btree: only in B
CREATE OPERATOR FAMILY app.more USING btree;

-- operator family member app.fam using btree operator 1(integer, bigint): only in B
ALTER OPERATOR FAMILY app.fam USING btree ADD OPERATOR 1 < (int, bigint);

-- operator family member pg_catalog.float_ops using btree operator 1(integer, bigint): only in B
ALTER OPERATOR FAMILY float_ops USING btree ADD OPERATOR 1 < (int, bigint);

-- collation app.coll: owner differs
ALTER COLLATION app.coll OWNER TO anon;

-- collation app.coll: collate differs: C in A, POSIX in B
DROP COLLATION app.coll;
CREATE COLLATION app.coll (provider = libc, lc_collate = 'POSIX', lc_ctype = 'C');

-- conversion app.conv: only in A
DROP CONVERSION app.conv;

-- text search dictionary app.dict: options only in B: accept = 'false'
ALTER TEXT SEARCH DICTIONARY app.dict (accept = false);

-- text search configuration app.conf: dictionaries: word: simple only in A; app.dict only in B
ALTER TEXT SEARCH CONFIGURATION app.conf ALTER MAPPING FOR word WITH app.dict;

-- text search parser app.parser: only in A
DROP TEXT SEARCH PARSER app.parser;

-- text search template app.template: only in A
DROP TEXT SEARCH TEMPLATE app.template;

-- language own: trusted only in B
UPDATE pg_language SET lanpltrusted = true WHERE lanname = 'own';

-- transform for integer language own: only in A
DROP TRANSFORM FOR int LANGUAGE own;

-- access method am: only in A
DROP ACCESS METHOD am;
