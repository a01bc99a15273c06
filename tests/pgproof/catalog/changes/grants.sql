-- grant relation app.t to anon: only in B
GRANT SELECT ON app.t TO anon;

-- grant relation app.t to postgres: privileges: DELETE only in A
REVOKE DELETE ON app.t FROM postgres;

-- grant column app.t.name to anon: only in B
GRANT UPDATE (name) ON app.t TO anon;

-- grant function app.f(a integer, b text) to PUBLIC: only in A
REVOKE EXECUTE ON FUNCTION app.f FROM PUBLIC;

-- grant function app.p() to anon: only in B
GRANT EXECUTE ON PROCEDURE app.p TO anon;

-- grant schema app to anon: only in B
GRANT USAGE ON SCHEMA app TO anon;

-- grant relation app.s to anon: only in B
GRANT USAGE ON SEQUENCE app.s TO anon;

-- grant type app.mood to PUBLIC: only in A
REVOKE USAGE ON TYPE app.mood FROM PUBLIC;

-- grant type app.percent to anon: only in B
GRANT USAGE ON DOMAIN app.percent TO anon;

-- grant language own to anon: only in B
UPDATE pg_language SET lanpltrusted = true WHERE lanname = 'sql';
GRANT USAGE ON LANGUAGE sql TO anon;
UPDATE pg_language SET lanacl = (SELECT lanacl FROM pg_language WHERE lanname = 'sql') WHERE lanname = 'own';
UPDATE pg_language SET lanacl = NULL WHERE lanname = 'sql';

-- grant foreign data wrapper fdw to anon: only in B
GRANT USAGE ON FOREIGN DATA WRAPPER fdw TO anon;

-- grant foreign server srv to anon: only in B
GRANT USAGE ON FOREIGN SERVER srv TO anon;

-- default privileges of postgres in schema app on tables: only in B
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO anon;

-- default privileges of postgres in schema later on tables: grants: SELECT to anon only in A
ALTER DEFAULT PRIVILEGES IN SCHEMA later REVOKE SELECT ON TABLES FROM anon;

-- default privileges of postgres on functions: only in B
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
