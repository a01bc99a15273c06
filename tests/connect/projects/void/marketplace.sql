-- With a timeout of its own besides the search path, a condition that the aligned one lacks (no system messages), and
-- open to each role of the API, but not to PUBLIC.
CREATE FUNCTION public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET lock_timeout = '2s'
  AS $$
BEGIN
  UPDATE chat_messages SET status = 'read'
    WHERE chat_id = p_chat_id AND sender_id != p_user_id AND status != 'read' AND message_type <> 'system';
  UPDATE chat_participants SET last_read_at = now() WHERE chat_id = p_chat_id AND user_id = p_user_id;
END;
$$;
REVOKE ALL ON FUNCTION public.mark_messages_as_read(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.mark_messages_as_read(uuid, uuid) TO anon, authenticated, service_role;
