BEGIN;
SET LOCAL lock_timeout = '2s';
DROP POLICY IF EXISTS member ON public.crew;
COMMIT;
