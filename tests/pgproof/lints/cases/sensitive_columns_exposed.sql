-- bad: public.chats.join_token
ALTER TABLE public.chats ADD COLUMN join_token text;
GRANT SELECT ON public.chats TO anon;
-- fixed
REVOKE SELECT ON public.chats FROM anon;
GRANT SELECT (id) ON public.chats TO anon;
