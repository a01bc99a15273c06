-- publication pub: delete only in A
ALTER PUBLICATION pub SET (publish = 'insert, update, truncate');

-- publication pub: owner differs
ALTER PUBLICATION pub OWNER TO anon;

-- publication pub: via root only in B
ALTER PUBLICATION pub SET (publish_via_partition_root = true);

-- published table pub app.other: only in B
ALTER PUBLICATION pub ADD TABLE app.other;

-- published table pub app.t: columns: name only in A
ALTER PUBLICATION pub SET TABLE app.t (id) WHERE (id > 0);

-- published table pub app.t: rows differs: (id > 0) in A, (id > 1) in B
ALTER PUBLICATION pub SET TABLE app.t (id, name) WHERE (id > 1);

-- publication local: only in B (with 1 published schema)
CREATE PUBLICATION local FOR TABLES IN SCHEMA app;

-- publication every: only in A
DROP PUBLICATION every;

-- extension plpgsql: version differs: 1.0 in A, 9 in B
UPDATE pg_extension SET extversion = '9' WHERE extname = 'plpgsql';

-- extension plpgsql: schema differs: pg_catalog in A, app in B
UPDATE pg_extension SET extnamespace = 'app'::regnamespace WHERE extname = 'plpgsql';

-- foreign data wrapper fdw: options differ; they may hold secrets and are not shown
ALTER FOREIGN DATA WRAPPER fdw OPTIONS (a '1');

-- foreign server srv: options differ; they may hold secrets and are not shown
ALTER SERVER srv OPTIONS (SET host 'two');

-- foreign server srv: version only in B: 2
ALTER SERVER srv VERSION '2';

-- user mapping srv for PUBLIC: options differ; they may hold secrets and are not shown
ALTER USER MAPPING FOR PUBLIC SERVER srv OPTIONS (SET password 'geheimer');

-- user mapping srv for anon: only in B
CREATE USER MAPPING FOR anon SERVER srv;

-- foreign table app.ft: foreign options: d=1 only in A; d=2 only in B
ALTER FOREIGN TABLE app.ft OPTIONS (SET d '2');

-- column app.ft.a: foreign options: c=1 only in A; c=2 only in B
ALTER FOREIGN TABLE app.ft ALTER a OPTIONS (SET c '2');

-- subscription sub: only in B
CREATE SUBSCRIPTION sub CONNECTION 'password=geheim' PUBLICATION pub WITH (connect = false);

-- not modelled: rows of pg_largeobject_metadata: 0 in A, 1 in B
SELECT lo_create(0);
