BEGIN;
SET LOCAL lock_timeout = '2s';
DROP EVENT TRIGGER IF EXISTS no_drops;
DROP FUNCTION IF EXISTS public.no_drops();
COMMIT;
