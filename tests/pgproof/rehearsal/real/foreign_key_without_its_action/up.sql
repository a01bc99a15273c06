BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.replies DROP CONSTRAINT IF EXISTS replies_letter_fkey;
COMMIT;
