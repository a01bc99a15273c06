BEGIN;
SET LOCAL lock_timeout = '2s';
GRANT SELECT ON public.letters TO rehearsed_guest;
CREATE TABLE IF NOT EXISTS public.guests (id int);
COMMIT;
