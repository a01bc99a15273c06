-- The extensions that a new project begins with. Which of them are stand-ins is said in their comments.
CREATE SCHEMA extensions AUTHORIZATION postgres;
GRANT USAGE ON SCHEMA extensions TO anon, authenticated, service_role;
GRANT ALL ON SCHEMA extensions TO dashboard_user;
CREATE SCHEMA vault;
CREATE SCHEMA graphql;
CREATE SCHEMA graphql_public;

DO $$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN
    SELECT w.name, w.schema
    FROM (VALUES ('pgcrypto', 'extensions'), ('uuid-ossp', 'extensions'), ('pg_stat_statements', 'extensions'),
      ('supabase_vault', 'vault')) w (name, schema)
    -- Not every build of the server has all of contrib.
    JOIN pg_available_extensions a ON a.name = w.name
  LOOP
    EXECUTE format('CREATE EXTENSION %I SCHEMA %I', wanted.name, wanted.schema);
    -- As if postgres had created it: there supautils hands CREATE and DROP EXTENSION to the superuser.
    UPDATE pg_extension SET extowner = 'postgres'::regrole WHERE extname = wanted.name;
  END LOOP;
END
$$;
GRANT USAGE ON SCHEMA vault TO postgres WITH GRANT OPTION;
GRANT USAGE ON SCHEMA vault TO service_role;
