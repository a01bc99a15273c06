-- Connect-Staging before the migration: mark_messages_as_read returns nothing (and lets any user act for any
-- other); get_unread_count and the reply_to index are missing.

ALTER TABLE public.chat_participants ALTER COLUMN chat_id SET NOT NULL;
ALTER TABLE public.chat_participants ALTER COLUMN user_id SET NOT NULL;
CREATE INDEX idx_chat_messages_sender_id ON public.chat_messages (sender_id);

CREATE FUNCTION public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $old$
BEGIN
  UPDATE public.chat_messages SET status = 'read'
    WHERE chat_id = p_chat_id AND sender_id <> p_user_id AND status <> 'read';
  UPDATE public.chat_participants SET last_read_at = now()
    WHERE chat_id = p_chat_id AND user_id = p_user_id;
END
$old$;
REVOKE ALL ON FUNCTION public.mark_messages_as_read(uuid, uuid) FROM PUBLIC, anon;
GRANT EXECUTE ON FUNCTION public.mark_messages_as_read(uuid, uuid) TO authenticated, service_role;
