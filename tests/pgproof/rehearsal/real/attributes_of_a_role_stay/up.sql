BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE TABLE IF NOT EXISTS public.desks (id int);
ALTER ROLE rehearsed_clerk CREATEROLE CONNECTION LIMIT 3;
COMMENT ON ROLE rehearsed_clerk IS 'sorts';
GRANT pg_monitor TO rehearsed_clerk;
COMMIT;
