BEGIN;
SET LOCAL lock_timeout = '1s';
DROP POLICY IF EXISTS own_notes ON public.notes;
CREATE POLICY own_notes ON public.notes FOR SELECT USING (author = current_user);
COMMIT;
