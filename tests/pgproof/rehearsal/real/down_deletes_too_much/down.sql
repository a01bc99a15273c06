BEGIN;
SET LOCAL lock_timeout = '2s';
DELETE FROM public.letters WHERE box = 'in';
COMMIT;
