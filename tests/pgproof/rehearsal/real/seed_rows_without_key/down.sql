BEGIN;
SET LOCAL lock_timeout = '2s';
DELETE FROM public.stamps WHERE name = 'new';
COMMIT;
