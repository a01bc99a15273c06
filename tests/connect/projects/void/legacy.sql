-- Without a search path and without a guard; the reader may be left out and is then who calls; its text and its comment
-- hold quotes and dollars; anon has a grant of its own beside PUBLIC's.
CREATE OR REPLACE FUNCTION public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid DEFAULT auth.uid())
RETURNS void AS $body$
BEGIN
  -- don't touch what is "read" already; $old$ is no delimiter here
  UPDATE chat_messages
  SET status = 'read', updated_at = NOW()
  WHERE chat_id = p_chat_id
    AND sender_id != p_user_id
    AND status != 'read';

  UPDATE chat_participants
  SET last_read_at = NOW()
  WHERE chat_id = p_chat_id
    AND user_id = p_user_id;
END;
$body$ LANGUAGE plpgsql SECURITY DEFINER;
COMMENT ON FUNCTION public.mark_messages_as_read(uuid, uuid) IS E'Marks a chat as read.\nDon''t call it from $triggers$.';
