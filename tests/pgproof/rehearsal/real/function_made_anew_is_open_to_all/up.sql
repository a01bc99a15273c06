BEGIN;
SET LOCAL lock_timeout = '2s';
DROP FUNCTION IF EXISTS public.salary(int);
CREATE FUNCTION public.salary(who int) RETURNS bigint LANGUAGE sql AS $$ SELECT 1000::bigint + who $$;
COMMIT;
