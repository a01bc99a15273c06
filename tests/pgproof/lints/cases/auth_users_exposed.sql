-- bad: public.people
CREATE VIEW public.people AS SELECT id, email FROM auth.users;
-- fixed
REVOKE ALL ON public.people FROM anon, authenticated;
