BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.replies DROP CONSTRAINT IF EXISTS replies_letter_fkey;
ALTER TABLE public.replies ADD CONSTRAINT replies_letter_fkey FOREIGN KEY (letter) REFERENCES public.letters;
COMMIT;
