-- bad: public.all_chats
CREATE MATERIALIZED VIEW public.all_chats AS SELECT id FROM public.chats;
GRANT SELECT ON public.all_chats TO authenticated;
-- fixed
REVOKE SELECT ON public.all_chats FROM anon, authenticated;
