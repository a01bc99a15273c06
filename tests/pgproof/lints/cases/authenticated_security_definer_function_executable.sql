-- bad: public.poll()
CREATE FUNCTION public.poll() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT 1';
GRANT EXECUTE ON FUNCTION public.poll TO authenticated;
-- fixed
ALTER FUNCTION public.poll SECURITY INVOKER;
-- The chat's own functions, which are meant for users.
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM authenticated;
