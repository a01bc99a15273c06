BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE OR REPLACE FUNCTION public.price(item int, rebate int DEFAULT 0) RETURNS int LANGUAGE sql STABLE SET search_path = ''
  AS $$ SELECT 2 * item - rebate $$;
COMMIT;
