-- As the first tutorial had it: only those messages that came before the call, search_path = public, a comment of the
-- app's documentation, and the caller is checked.
CREATE FUNCTION public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
  AS $$
BEGIN
  IF auth.uid() IS DISTINCT FROM p_user_id THEN
    RAISE EXCEPTION 'not allowed';
  END IF;
  UPDATE chat_messages SET status = 'read', updated_at = now()
    WHERE chat_id = p_chat_id AND sender_id <> p_user_id AND status <> 'read' AND created_at <= now();
  UPDATE chat_participants SET last_read_at = now() WHERE chat_id = p_chat_id AND user_id = p_user_id;
END;
$$;
COMMENT ON FUNCTION public.mark_messages_as_read(uuid, uuid) IS 'Called when a chat is opened or scrolled to its end';
