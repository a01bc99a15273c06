BEGIN;
SET LOCAL lock_timeout = '2s';
DO $$
BEGIN
  EXECUTE format('ALTER DATABASE %I RESET statement_timeout', current_database());
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rehearsed_porter') THEN
    DROP OWNED BY rehearsed_porter;
    DROP ROLE rehearsed_porter;
  END IF;
END
$$;
COMMIT;
