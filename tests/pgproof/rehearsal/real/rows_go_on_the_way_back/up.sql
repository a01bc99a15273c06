BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.notes ADD COLUMN IF NOT EXISTS colour text;
COMMIT;
