BEGIN;
SET LOCAL lock_timeout = '2s';
DROP INDEX IF EXISTS public.letters_box;
DROP INDEX IF EXISTS public.letters_body;
COMMIT;
