-- bad: public.forget(p_user_id uuid)
CREATE FUNCTION public.forget(p_user_id uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = ''
  AS $$
    -- It should ask whether p_user_id = auth.uid(). /* p_user_id = auth.uid() */
    SELECT 'p_user_id = auth.uid()', auth.uid();
    /* p_user_id = auth.uid() */
    DELETE FROM public.chat_participants p WHERE p.user_id = p_user_id
  $$;
-- fixed
CREATE OR REPLACE FUNCTION public.forget(p_user_id uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = ''
  AS $$ DELETE FROM public.chat_participants p WHERE p.user_id = p_user_id AND p.user_id = auth.uid() $$;
