BEGIN;
SET LOCAL lock_timeout = '2s';
DROP INDEX IF EXISTS public.stamps_name;
COMMIT;
