BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.chat_messages ADD COLUMN IF NOT EXISTS pinned_at timestamptz;
ALTER TABLE public.chat_messages DISABLE TRIGGER trg_assign_seq;
COMMIT;
