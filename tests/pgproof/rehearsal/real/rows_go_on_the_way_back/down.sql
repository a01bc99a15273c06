BEGIN;
SET LOCAL lock_timeout = '2s';
DELETE FROM public.notes WHERE colour IS NOT NULL;
ALTER TABLE public.notes DROP COLUMN IF EXISTS colour;
COMMIT;
