BEGIN;
SET LOCAL lock_timeout = '2s';
SELECT 1;
COMMIT;
