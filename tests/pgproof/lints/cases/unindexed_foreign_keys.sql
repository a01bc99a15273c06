-- bad: public.notes notes_chat_id_fkey
CREATE TABLE public.notes (id int PRIMARY KEY, chat_id uuid REFERENCES public.chats (id));
CREATE INDEX ON public.notes (id, chat_id);
-- fixed
CREATE INDEX ON public.notes (chat_id, id);
