-- bad: public.chats
ALTER TABLE public.chats DISABLE ROW LEVEL SECURITY;
-- fixed
ALTER TABLE public.chats ENABLE ROW LEVEL SECURITY;
