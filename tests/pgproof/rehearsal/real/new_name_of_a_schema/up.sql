BEGIN;
SET LOCAL lock_timeout = '2s';
DO $$
BEGIN
  IF to_regnamespace('post') IS NOT NULL THEN
    ALTER SCHEMA post RENAME TO mailing;
  END IF;
END
$$;
COMMIT;
