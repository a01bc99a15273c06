BEGIN;
SET LOCAL lock_timeout = '1s';
DELETE FROM public.notes WHERE id = 4;
COMMIT;
