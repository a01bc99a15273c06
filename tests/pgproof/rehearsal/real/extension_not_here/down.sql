BEGIN;
SET LOCAL lock_timeout = '2s';
DROP EXTENSION IF EXISTS no_such_thing;
COMMIT;
