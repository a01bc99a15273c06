BEGIN;
SET LOCAL lock_timeout = '2s';
DROP POLICY IF EXISTS "members hear" ON realtime.messages;
COMMIT;
