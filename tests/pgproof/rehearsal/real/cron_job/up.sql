BEGIN;
SET LOCAL lock_timeout = '2s';
SELECT cron.schedule('sweep', '30 4 * * 1', 'DELETE FROM public.clubs WHERE false');
COMMIT;
