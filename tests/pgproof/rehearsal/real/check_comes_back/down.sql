BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.books ALTER COLUMN title TYPE varchar(8);
ALTER TABLE public.books ADD CONSTRAINT books_pages_check CHECK (pages BETWEEN 1 AND 900);
ALTER TABLE public.books ADD CONSTRAINT on_shelf FOREIGN KEY (shelf) REFERENCES public.shelves;
COMMIT;
