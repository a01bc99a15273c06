BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.letters ADD COLUMN IF NOT EXISTS pin int;
ALTER TABLE public.pins ADD COLUMN IF NOT EXISTS letter int;
COMMIT;
