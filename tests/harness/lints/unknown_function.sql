-- bad: public.mark_messages_as_read(p_chat_id uuid)
CREATE FUNCTION public.mark_messages_as_read(p_chat_id uuid) RETURNS bigint LANGUAGE sql SET search_path = ''
  AS $$ SELECT 0::bigint $$;
-- fixed
REVOKE EXECUTE ON FUNCTION public.mark_messages_as_read(uuid) FROM PUBLIC, anon, authenticated;
