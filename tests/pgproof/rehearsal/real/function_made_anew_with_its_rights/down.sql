BEGIN;
SET LOCAL lock_timeout = '2s';
DROP FUNCTION IF EXISTS public.salary(int);
CREATE FUNCTION public.salary(who int) RETURNS int LANGUAGE sql AS $$ SELECT 1000 + who $$;
REVOKE EXECUTE ON FUNCTION public.salary(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.salary(int) TO clerk;
COMMIT;
