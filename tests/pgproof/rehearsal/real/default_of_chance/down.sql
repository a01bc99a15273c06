BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.letters DROP COLUMN IF EXISTS token, DROP COLUMN IF EXISTS stamped;
COMMIT;
