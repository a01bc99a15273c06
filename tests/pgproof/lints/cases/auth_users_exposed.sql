-- bad: public.people
CREATE VIEW public.people AS SELECT id, email FROM auth.users;
GRANT SELECT ON public.people TO authenticated;
-- fixed
REVOKE ALL ON public.people FROM anon, authenticated;
