-- bad: public.notes notes_email_fkey
CREATE TABLE public.notes (id uuid PRIMARY KEY REFERENCES auth.users (id), email text REFERENCES auth.users (email));
-- fixed
ALTER TABLE public.notes DROP CONSTRAINT notes_email_fkey;
