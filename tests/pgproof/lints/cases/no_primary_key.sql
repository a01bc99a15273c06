-- bad: public.notes
CREATE TABLE public.notes (id int UNIQUE);
-- fixed
ALTER TABLE public.notes ADD PRIMARY KEY (id);
