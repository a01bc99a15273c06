BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.letters DROP COLUMN IF EXISTS sent_at;
UPDATE public.letters SET box = 'out';
COMMIT;
