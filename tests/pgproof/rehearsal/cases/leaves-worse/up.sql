BEGIN;
SET LOCAL lock_timeout = '1s';
ALTER TABLE public.notes DISABLE TRIGGER notes_touch;
ALTER TABLE public.notes ADD COLUMN IF NOT EXISTS seen boolean;
COMMIT;
