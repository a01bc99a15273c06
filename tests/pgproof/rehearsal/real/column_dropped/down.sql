BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.letters ADD COLUMN IF NOT EXISTS body text;
COMMIT;
