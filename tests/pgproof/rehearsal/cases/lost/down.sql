BEGIN;
SET LOCAL lock_timeout = '1s';
COMMENT ON TABLE public.chat_messages IS NULL;
COMMIT;
