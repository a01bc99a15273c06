BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE TABLE IF NOT EXISTS public.parcels (id int PRIMARY KEY, state text NOT NULL, moved timestamptz);
COMMIT;
