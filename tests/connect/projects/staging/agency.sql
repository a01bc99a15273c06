-- Staging of the agency differs from its production for good: an index that was only tried here, and another policy name.
CREATE INDEX tried_once ON public.chat_messages (created_at);
ALTER POLICY message_editors ON public.chat_messages RENAME TO message_edit_by_sender;
