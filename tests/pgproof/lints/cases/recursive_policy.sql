-- bad: public.chat_participants chat_participants_select
ALTER POLICY chat_participants_select ON public.chat_participants USING (EXISTS (
  SELECT FROM public.chat_participants mine
  WHERE mine.chat_id = chat_participants.chat_id AND mine.user_id = (SELECT auth.uid())
));
-- fixed
ALTER POLICY chat_participants_select ON public.chat_participants
  USING (user_id = (SELECT auth.uid()) OR private.is_chat_member(chat_id));
