BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE SCHEMA IF NOT EXISTS desk;
GRANT USAGE ON SCHEMA desk TO rehearsed_clerk;
ALTER ROLE rehearsed_clerk SET statement_timeout = '9s';
COMMIT;
