BEGIN;
SET LOCAL lock_timeout = '2s';
DROP TABLE IF EXISTS public.replies;
ALTER TABLE public.notes DROP COLUMN IF EXISTS colour;
COMMIT;
