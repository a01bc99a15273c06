BEGIN;
SET LOCAL lock_timeout = '2s';
DROP POLICY IF EXISTS member ON public.crew;
CREATE POLICY member ON public.crew FOR SELECT
  USING (boat IN (SELECT c.boat FROM public.crew c WHERE c.sailor = current_user));
COMMIT;
