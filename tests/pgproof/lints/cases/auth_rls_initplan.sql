-- bad: public.chats chats_delete
ALTER POLICY chats_delete ON public.chats USING (created_by = auth.uid());
-- fixed
ALTER POLICY chats_delete ON public.chats USING (created_by::text = (SELECT lower(auth.jwt() ->> 'sub')));
