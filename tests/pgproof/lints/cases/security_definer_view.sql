-- bad: public.all_chats
CREATE VIEW public.all_chats AS SELECT id FROM public.chats;
-- fixed
ALTER VIEW public.all_chats SET (security_invoker = on);
