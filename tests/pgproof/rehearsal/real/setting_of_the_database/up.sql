BEGIN;
SET LOCAL lock_timeout = '2s';
DO $$
BEGIN
  EXECUTE format('ALTER DATABASE %I SET statement_timeout = %L', current_database(), '40s');
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rehearsed_porter') THEN
    CREATE ROLE rehearsed_porter;
  END IF;
END
$$;
GRANT SET ON PARAMETER log_statement TO rehearsed_porter;
GRANT SELECT ON public.letters TO rehearsed_porter;
COMMIT;
