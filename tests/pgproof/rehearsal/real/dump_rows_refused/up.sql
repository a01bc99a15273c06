BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.shelves ALTER COLUMN label SET NOT NULL;
COMMIT;
