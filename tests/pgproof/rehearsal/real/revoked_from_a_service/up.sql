BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE OR REPLACE FUNCTION public.mine() RETURNS uuid LANGUAGE sql STABLE SET search_path = '' AS 'SELECT auth.uid()';
ALTER FUNCTION auth.uid() OWNER TO postgres;
COMMIT;
