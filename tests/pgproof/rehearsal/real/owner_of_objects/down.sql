BEGIN;
SET LOCAL lock_timeout = '2s';
DROP INDEX IF EXISTS storage.files_by_day;
COMMIT;
