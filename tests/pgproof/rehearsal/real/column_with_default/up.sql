BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.boats ADD COLUMN IF NOT EXISTS sails int NOT NULL DEFAULT 1;
ALTER TABLE public.boats ADD COLUMN IF NOT EXISTS captain text;
UPDATE public.boats SET captain = 'nobody' WHERE captain IS NULL;
ALTER TABLE public.boats ALTER COLUMN captain SET NOT NULL;
COMMIT;
