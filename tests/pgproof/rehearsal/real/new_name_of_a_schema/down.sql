BEGIN;
SET LOCAL lock_timeout = '2s';
DO $$
BEGIN
  IF to_regnamespace('mailing') IS NOT NULL THEN
    ALTER SCHEMA mailing RENAME TO post;
  END IF;
END
$$;
COMMIT;
