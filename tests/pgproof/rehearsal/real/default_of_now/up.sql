BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.letters ADD COLUMN IF NOT EXISTS sent_at timestamptz NOT NULL DEFAULT now();
COMMIT;
