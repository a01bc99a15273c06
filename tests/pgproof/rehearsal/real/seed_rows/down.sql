BEGIN;
SET LOCAL lock_timeout = '2s';
DELETE FROM public.letters WHERE id = 7 AND body = 'welcome';
COMMIT;
