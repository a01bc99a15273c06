-- bad: public.notes.job
CREATE TABLE public.notes (id int PRIMARY KEY, job regproc, kind regclass);
-- fixed
ALTER TABLE public.notes ALTER COLUMN job TYPE text;
