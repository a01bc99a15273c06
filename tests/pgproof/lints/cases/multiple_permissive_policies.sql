-- bad: public.chats delete by authenticated
CREATE POLICY second ON public.chats FOR ALL USING (false);
-- fixed
DROP POLICY second ON public.chats;
CREATE POLICY second ON public.chats AS RESTRICTIVE USING (name IS NOT NULL);
CREATE POLICY third ON public.chats TO service_role USING (true);
