-- bad: public.notes.join_token
CREATE TABLE public.notes (id int PRIMARY KEY, join_token text);
GRANT SELECT ON public.notes TO anon;
-- fixed
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON public.notes USING (join_token = auth.uid()::text);
