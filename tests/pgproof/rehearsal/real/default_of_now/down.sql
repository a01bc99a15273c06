BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.letters DROP COLUMN IF EXISTS sent_at;
COMMIT;
