-- More of the platform than a replica brings along, in a database that has the replica's part of it.
CREATE SCHEMA vault;
CREATE TABLE vault.secrets (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), secret text);
CREATE VIEW vault.decrypted_secrets AS SELECT * FROM vault.secrets;
CREATE SCHEMA graphql;
CREATE FUNCTION graphql.increment() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE EVENT TRIGGER graphql_watch_ddl ON ddl_command_end EXECUTE FUNCTION graphql.increment();
CREATE SCHEMA net;
CREATE FUNCTION net.hook() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
ALTER DEFAULT PRIVILEGES IN SCHEMA vault GRANT SELECT ON TABLES TO service_role;
