BEGIN;
SET LOCAL lock_timeout = '1s';
DROP POLICY IF EXISTS own_notes ON public.notes;
COMMIT;
