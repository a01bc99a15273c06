BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE INDEX IF NOT EXISTS letters_box ON public.letters (box);
COMMIT;
