BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE TABLE public.rides_new (LIKE public.rides INCLUDING ALL);
INSERT INTO public.rides_new SELECT * FROM public.rides;
DROP TABLE public.rides;
ALTER TABLE public.rides_new RENAME TO rides;
ALTER INDEX public.rides_new_pkey RENAME TO rides_pkey;
COMMIT;
