-- bad: public.notes
CREATE TABLE public.notes (id int PRIMARY KEY, note text);
ALTER TABLE public.notes ALTER COLUMN note SET STORAGE PLAIN;
INSERT INTO public.notes SELECT id, repeat('x', 4000) FROM generate_series(1, 6000) id;
DELETE FROM public.notes WHERE id <= 5990;
ANALYZE public.notes;
-- fixed
TRUNCATE public.notes;
ANALYZE public.notes;
