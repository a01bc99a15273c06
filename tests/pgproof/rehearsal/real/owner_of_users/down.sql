BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE auth.users DROP COLUMN IF EXISTS motto;
COMMIT;
