-- bad: public.notes
CREATE TABLE public.notes (id int PRIMARY KEY);
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
-- fixed
CREATE POLICY notes_select ON public.notes FOR SELECT USING (id > 0);
