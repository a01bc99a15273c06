BEGIN;
SET LOCAL lock_timeout = '2s';
DROP TRIGGER IF EXISTS welcome ON public.guests;
DROP FUNCTION IF EXISTS public.welcome();
COMMIT;
