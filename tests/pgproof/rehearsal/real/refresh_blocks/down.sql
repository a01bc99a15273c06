BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.shelves DROP COLUMN IF EXISTS tall;
COMMIT;
