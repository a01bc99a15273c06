BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.days DETACH PARTITION public.days_1;
COMMIT;
