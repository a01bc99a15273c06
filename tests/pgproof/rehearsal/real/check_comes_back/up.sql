BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.books ALTER COLUMN title TYPE text;
ALTER TABLE public.books DROP CONSTRAINT IF EXISTS books_pages_check;
ALTER TABLE public.books DROP CONSTRAINT IF EXISTS on_shelf;
COMMIT;
