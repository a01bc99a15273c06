-- bad: public.all_chats
CREATE MATERIALIZED VIEW public.all_chats AS SELECT id FROM public.chats;
-- fixed
REVOKE SELECT ON public.all_chats FROM anon, authenticated;
