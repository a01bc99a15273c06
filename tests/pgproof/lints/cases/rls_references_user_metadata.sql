-- bad: public.chats chats_delete
ALTER POLICY chats_delete ON public.chats USING (((SELECT auth.jwt()) -> 'user_metadata' ->> 'admin') = 'true');
-- fixed
ALTER POLICY chats_delete ON public.chats USING (((SELECT auth.jwt()) -> 'app_metadata' ->> 'admin') = 'true');
