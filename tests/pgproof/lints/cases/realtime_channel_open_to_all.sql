-- bad: realtime.messages listen
CREATE POLICY listen ON realtime.messages FOR SELECT TO authenticated USING (extension = 'broadcast');
-- fixed
ALTER POLICY listen ON realtime.messages
  USING (private.is_chat_member((SELECT realtime.topic())::uuid) AND extension = 'broadcast');
