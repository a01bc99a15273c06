BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.days ATTACH PARTITION public.days_1 FOR VALUES FROM (1) TO (20);
COMMIT;
