BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.letters ADD COLUMN IF NOT EXISTS sent_at timestamptz;
UPDATE public.letters SET sent_at = now() WHERE sent_at IS NULL AND box = 'in';
COMMIT;
