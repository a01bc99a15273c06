BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.chat_messages ENABLE TRIGGER trg_assign_seq;
ALTER TABLE public.chat_messages DROP COLUMN IF EXISTS pinned_at;
COMMIT;
