BEGIN;
SET LOCAL lock_timeout = '2s';
DROP POLICY IF EXISTS "members hear" ON realtime.messages;
CREATE POLICY "members hear" ON realtime.messages FOR SELECT TO authenticated
  USING (extension = 'broadcast' AND realtime.topic() LIKE 'club:%');
COMMIT;
