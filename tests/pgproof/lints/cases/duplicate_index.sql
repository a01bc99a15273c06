-- bad: public.idx_again
CREATE INDEX idx_again ON public.chat_participants (chat_id, user_id);
-- fixed
DROP INDEX public.idx_again;
CREATE INDEX idx_again ON public.chat_participants (chat_id, user_id) WHERE last_read_at IS NULL;
