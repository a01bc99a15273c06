BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER ROLE rehearsed_clerk RESET statement_timeout;
DROP SCHEMA IF EXISTS desk;
COMMIT;
