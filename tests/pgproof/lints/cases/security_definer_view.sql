-- bad: public.all_chats
CREATE VIEW public.all_chats AS SELECT id FROM public.chats;
GRANT SELECT ON public.all_chats TO authenticated;
-- fixed
ALTER VIEW public.all_chats SET (security_invoker = on);
