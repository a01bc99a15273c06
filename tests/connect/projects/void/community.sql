-- In SQL, without any setting, with a cost of its own; who has no unread message keeps the old last_read_at. EXECUTE for
-- PUBLIC, anon and the rest comes from the project's default privileges.
CREATE FUNCTION public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid) RETURNS void
  LANGUAGE sql SECURITY DEFINER COST 500
  AS $$
    UPDATE chat_participants p SET last_read_at = now()
      WHERE p.chat_id = p_chat_id AND p.user_id = p_user_id
        AND EXISTS (SELECT 1 FROM chat_messages m WHERE m.chat_id = p_chat_id AND m.created_at > coalesce(p.last_read_at, 'epoch'));
    UPDATE chat_messages SET status = 'read'
      WHERE chat_id = p_chat_id AND sender_id <> p_user_id AND status IN ('sent', 'delivered');
  $$;
