BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.letters REPLICA IDENTITY FULL;
ALTER TABLE public.letters SET (fillfactor = 70);
ALTER TABLE public.letters OWNER TO rehearsed_clerk;
COMMIT;
