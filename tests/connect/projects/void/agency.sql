-- Kept by agency_owner as all the rest, with the search path public, app; whoever may execute it may also let others.
CREATE FUNCTION public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app
  AS $$
BEGIN
  IF p_user_id = current_user_id() THEN
    UPDATE chat_messages SET status = 'read'
      WHERE chat_id = p_chat_id AND sender_id <> p_user_id AND status <> 'read';
    UPDATE chat_participants SET last_read_at = now() WHERE chat_id = p_chat_id AND user_id = p_user_id;
  END IF;
END;
$$;
ALTER FUNCTION public.mark_messages_as_read(uuid, uuid) OWNER TO agency_owner;
REVOKE EXECUTE ON FUNCTION public.mark_messages_as_read(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.mark_messages_as_read(uuid, uuid) TO authenticated WITH GRANT OPTION;
GRANT EXECUTE ON FUNCTION public.mark_messages_as_read(uuid, uuid) TO service_role;
