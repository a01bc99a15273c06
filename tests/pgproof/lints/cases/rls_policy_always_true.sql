-- bad: public.chats chats_update
ALTER POLICY chats_update ON public.chats WITH CHECK (true);
-- fixed
ALTER POLICY chats_update ON public.chats WITH CHECK (created_by = (SELECT auth.uid()));
