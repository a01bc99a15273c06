-- Production of the old project never got NOT NULL on its messages; no script of the guide adds it.
ALTER TABLE public.chat_messages ALTER COLUMN chat_id DROP NOT NULL;
ALTER TABLE public.chat_messages ALTER COLUMN sender_id DROP NOT NULL;
