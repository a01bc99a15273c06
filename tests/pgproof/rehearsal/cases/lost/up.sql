BEGIN;
SET LOCAL lock_timeout = '1s';
DELETE FROM public.chat_messages WHERE message_text = 'sent during the migration';
COMMIT;
