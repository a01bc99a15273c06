BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.letters ADD COLUMN IF NOT EXISTS token uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE public.letters ADD COLUMN IF NOT EXISTS stamped timestamptz DEFAULT clock_timestamp();
COMMIT;
