BEGIN;
SET LOCAL lock_timeout = '1s';
ALTER TABLE public.chat_messages DROP CONSTRAINT IF EXISTS no_texts;
ALTER TABLE public.chat_messages ADD CONSTRAINT no_texts CHECK (message_text IS NULL) NOT VALID;
COMMIT;
