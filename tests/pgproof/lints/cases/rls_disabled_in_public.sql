-- bad: public.notes
CREATE TABLE public.notes (id int PRIMARY KEY);
CREATE TABLE private.notes (id int PRIMARY KEY);
-- fixed
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
