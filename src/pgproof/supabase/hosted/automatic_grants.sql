-- The default of older projects: what is created in public is granted to the API's roles.
-- Source: github.com/supabase/postgres, migrations/db/init-scripts; run in a project's database by its superuser.
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON TABLES
  TO postgres, anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON FUNCTIONS
  TO postgres, anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON SEQUENCES
  TO postgres, anon, authenticated, service_role;
