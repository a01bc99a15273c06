BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER ROLE rehearsed_clerk SET statement_timeout = '9s';
COMMIT;
