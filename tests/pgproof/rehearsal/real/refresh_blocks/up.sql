BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.shelves ADD COLUMN IF NOT EXISTS tall boolean;
REFRESH MATERIALIZED VIEW public.per_aisle;
COMMIT;
