-- role anon: SUPERUSER only in B
LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE;
ALTER ROLE anon SUPERUSER;

-- role anon: INHERIT only in B
LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE;
ALTER ROLE anon INHERIT;

-- role anon: CREATEROLE only in B
LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE;
ALTER ROLE anon CREATEROLE;

-- role anon: CREATEDB only in B
LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE;
ALTER ROLE anon CREATEDB;

-- role anon: LOGIN only in B
LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE;
ALTER ROLE anon LOGIN;

-- role anon: REPLICATION only in B
LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE;
ALTER ROLE anon REPLICATION;

-- role anon: BYPASSRLS only in B
LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE;
ALTER ROLE anon BYPASSRLS;

-- role anon: connection limit only in B: 7
LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE;
ALTER ROLE anon CONNECTION LIMIT 7;

-- role anon: valid until only in B: 2030-01-02T03:04:05
LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE;
ALTER ROLE anon VALID UNTIL '2030-01-02 03:04:05+00';

-- role anon: settings: work_mem=5MB only in B
LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE;
ALTER ROLE anon SET work_mem = '5MB';

-- role anon: rights on parameters: SET on log_statement only in B
LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE;
GRANT SET ON PARAMETER log_statement TO anon;

-- role anon: comment only in B: x
LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE;
COMMENT ON ROLE anon IS 'x';

-- role ALL: settings: work_mem=5MB only in B
LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE;
ALTER ROLE ALL SET work_mem = '5MB';

-- database compared: settings: work_mem=5MB for anon only in B
LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE;
DO $$ BEGIN EXECUTE format('ALTER ROLE anon IN DATABASE %I SET work_mem = %L', current_database(), '5MB'); END $$;

-- membership of anon in authenticated: only in B
LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE;
GRANT authenticated TO anon;

-- membership of anon in pg_monitor: only in B
LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE;
GRANT pg_monitor TO anon;

-- membership of authenticator in anon: ADMIN OPTION only in B
LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE;
GRANT anon TO authenticator WITH ADMIN OPTION;

-- role changes_group: only in B (with 1 membership)
LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE;
CREATE ROLE changes_group NOLOGIN;
GRANT pg_monitor TO changes_group;
GRANT changes_group TO authenticator;
