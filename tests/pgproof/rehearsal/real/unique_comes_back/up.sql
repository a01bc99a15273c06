BEGIN;
SET LOCAL lock_timeout = '2s';
DROP INDEX IF EXISTS public.guests_mail;
COMMIT;
