-- With the guard and the empty search path of the others, a comment, and EXECUTE for the signed-in and the server,
-- not for PUBLIC; who has left the chat may not mark anything.
CREATE FUNCTION public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
  AS $$
BEGIN
  PERFORM private.require_caller(p_user_id);
  IF NOT private.takes_part(p_chat_id) THEN
    RETURN;
  END IF;
  UPDATE public.chat_messages m SET status = 'read'
    WHERE m.chat_id = p_chat_id AND m.sender_id <> p_user_id AND m.status <> 'read' AND m.deleted_at IS NULL;
  UPDATE public.chat_participants p SET last_read_at = pg_catalog.now()
    WHERE p.chat_id = p_chat_id AND p.user_id = p_user_id;
END
$$;
COMMENT ON FUNCTION public.mark_messages_as_read(uuid, uuid) IS 'Reviewed 2026-03-02: caller = p_user_id; see "Read receipts"';
GRANT EXECUTE ON FUNCTION public.mark_messages_as_read(uuid, uuid) TO authenticated, service_role;
