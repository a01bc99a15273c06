BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.rides ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS mine ON public.rides;
CREATE POLICY mine ON public.rides USING (rider = current_user);
COMMIT;
