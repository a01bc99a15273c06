BEGIN;
SET LOCAL lock_timeout = '1s';
ALTER TABLE public.notes ALTER COLUMN author SET NOT NULL;
COMMIT;
