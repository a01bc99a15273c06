BEGIN;
SET LOCAL lock_timeout = '2s';
DROP TRIGGER IF EXISTS tell_of_club ON public.clubs;
DROP FUNCTION IF EXISTS public.tell_of_club();
COMMIT;
