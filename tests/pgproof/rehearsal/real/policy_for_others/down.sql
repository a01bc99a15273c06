BEGIN;
SET LOCAL lock_timeout = '2s';
DROP POLICY IF EXISTS own ON public.letters;
CREATE POLICY own ON public.letters FOR SELECT USING (true);
COMMIT;
