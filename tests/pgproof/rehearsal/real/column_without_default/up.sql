BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.boats ADD COLUMN IF NOT EXISTS captain text;
ALTER TABLE public.boats ALTER COLUMN captain SET NOT NULL;
COMMIT;
