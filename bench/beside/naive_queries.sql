-- The guide's validation, as somebody writes it who wants an answer now: every question reads what it is about.
-- Run by bench/beside/naive_queries.py.
SELECT count(*) AS total, count(seq) AS with_seq FROM chat_messages;
SELECT count(*) AS without_seq FROM chat_messages WHERE seq IS NULL;
SELECT count(*) AS doubled FROM (SELECT chat_id, seq FROM chat_messages GROUP BY chat_id, seq HAVING count(*) > 1) AS d;
SELECT count(*) AS without_chat FROM chat_participants WHERE chat_id IS NULL;
SELECT count(*) AS without_user FROM chat_participants WHERE user_id IS NULL;
SELECT count(*) AS orphans FROM chat_participants p LEFT JOIN chats c ON c.id = p.chat_id WHERE c.id IS NULL;
SELECT count(*) AS orphans FROM chat_messages m LEFT JOIN chats c ON c.id = m.chat_id WHERE c.id IS NULL;
SELECT count(*) AS orphans FROM chat_messages r LEFT JOIN chat_messages m ON m.id = r.reply_to_message_id
  WHERE r.reply_to_message_id IS NOT NULL AND m.id IS NULL;
SELECT count(*) AS leaves_its_chat FROM chat_messages r JOIN chat_messages m ON m.id = r.reply_to_message_id
  WHERE m.chat_id <> r.chat_id;
SELECT count(*) AS behind FROM chats c
  JOIN (SELECT chat_id, max(created_at) AS newest FROM chat_messages WHERE deleted_at IS NULL GROUP BY chat_id) AS m
    ON m.chat_id = c.id
  WHERE m.newest > c.last_message_at;
SELECT column_name, is_nullable FROM information_schema.columns
  WHERE table_schema = 'public' AND table_name = 'chat_participants' AND column_name IN ('chat_id', 'user_id');
SELECT count(*) AS functions FROM information_schema.routines
  WHERE routine_schema = 'public' AND routine_name IN ('assign_message_seq', 'get_latest_seq', 'get_unread_count',
    'mark_messages_as_delivered', 'mark_messages_as_read');
SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND tablename IN ('chat_messages', 'chat_participants');
