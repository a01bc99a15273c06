-- bad: public.elsewhere
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER nobody FOREIGN DATA WRAPPER nowhere;
CREATE FOREIGN TABLE public.elsewhere (id int) SERVER nobody;
GRANT SELECT ON public.elsewhere TO authenticated;
-- fixed
REVOKE SELECT ON public.elsewhere FROM anon, authenticated;
