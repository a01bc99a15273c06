BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER PUBLICATION mail SET TABLE public.letters (id, box);
COMMIT;
