BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.notes ALTER COLUMN body SET NOT NULL;
COMMIT;
