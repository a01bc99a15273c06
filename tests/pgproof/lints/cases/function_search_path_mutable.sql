-- bad: public.get_latest_seq(p_chat_id uuid)
ALTER FUNCTION public.get_latest_seq RESET search_path;
-- fixed
ALTER FUNCTION public.get_latest_seq SET search_path = public;
