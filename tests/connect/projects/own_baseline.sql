-- This repository's own baseline on a hosted platform: sql/baseline/messaging.sql comes next, and what its environments add.
-- It was written when new tables were open to the API roles, and takes back what anon and authenticated should not have.
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;
