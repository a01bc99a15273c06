BEGIN;
SET LOCAL lock_timeout = '1s';
ALTER TABLE public.notes ADD COLUMN IF NOT EXISTS ${column} boolean;
COMMIT;
