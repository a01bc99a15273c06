-- bad: public.get_unread_count(p_chat_id uuid, p_user_id uuid)
GRANT EXECUTE ON FUNCTION public.get_unread_count TO anon;
-- fixed
REVOKE EXECUTE ON FUNCTION public.get_unread_count FROM anon;
