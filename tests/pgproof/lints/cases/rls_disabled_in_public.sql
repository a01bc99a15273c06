-- bad: public.notes
CREATE TABLE public.notes (id int PRIMARY KEY);
CREATE TABLE private.notes (id int PRIMARY KEY);
CREATE TABLE public.own (id int PRIMARY KEY);
GRANT INSERT (id) ON public.notes TO authenticated;
GRANT SELECT ON private.notes TO authenticated;
-- fixed
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
