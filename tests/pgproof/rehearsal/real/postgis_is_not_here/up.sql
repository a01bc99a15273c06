BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA extensions;
ALTER TABLE public.clubs ADD COLUMN IF NOT EXISTS place extensions.geography(point);
COMMIT;
