BEGIN;
SET LOCAL lock_timeout = '1s';
ALTER TABLE public.chat_messages DROP CONSTRAINT IF EXISTS no_texts;
COMMIT;
