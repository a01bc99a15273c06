-- Many messages in place of the sample ones, past the triggers and keys, as a restore writes them: a hundred in each chat,
-- between two users; every tenth is a reply, every hundredth is deleted. It keeps what the guide asks for.
-- Indexes are made afterwards, which takes a fifth of the time.
CREATE PROCEDURE pg_temp.fill(messages int) LANGUAGE plpgsql AS $procedure$
DECLARE
  each int := 100;
  definitions text[];
  people uuid[];
  statement text;
BEGIN
  SELECT array_agg(id ORDER BY id) INTO people FROM auth.users;
  SELECT array_agg(pg_get_indexdef(indexrelid)) INTO definitions FROM pg_index
    WHERE indrelid IN ('public.chat_messages'::regclass, 'public.chat_participants'::regclass)
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid);
  FOR statement IN
    SELECT format('DROP INDEX %s', indexrelid::regclass) FROM pg_index
    WHERE indrelid IN ('public.chat_messages'::regclass, 'public.chat_participants'::regclass)
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
  LOOP
    EXECUTE statement;
  END LOOP;
  TRUNCATE public.chats CASCADE;
  SET LOCAL session_replication_role = replica;
  INSERT INTO public.chats (id, created_by, created_at, last_message_at)
    SELECT md5('chat ' || n)::uuid, people[1], '2025-10-01', '2025-10-01'::timestamptz + each * interval '1 minute'
    FROM generate_series(1, messages / each) AS n;
  INSERT INTO public.chat_participants (chat_id, user_id, last_read_at)
    SELECT md5('chat ' || n)::uuid, people[who], '2025-10-01'
    FROM generate_series(1, messages / each) AS n, generate_series(1, 2) AS who;
  INSERT INTO public.chat_messages
      (id, chat_id, sender_id, message_text, reply_to_message_id, seq, client_generated_id, status, created_at, deleted_at)
    SELECT lpad(to_hex(n), 32, '0')::uuid, md5('chat ' || (n - 1) / each + 1)::uuid, people[n % 2 + 1],
      'A message of an ordinary length, number ' || n,
      CASE WHEN n % 10 = 0 THEN lpad(to_hex(n - 1), 32, '0')::uuid END, (n - 1) % each + 1,
      lpad(to_hex(n), 32, '0')::uuid, 'read', '2025-10-01'::timestamptz + ((n - 1) % each + 1) * interval '1 minute',
      CASE WHEN n % 100 = 50 THEN '2025-10-02'::timestamptz END
    FROM generate_series(1, messages / each * each) AS n;
  SET LOCAL session_replication_role = origin;
  FOREACH statement IN ARRAY definitions LOOP
    EXECUTE statement;
  END LOOP;
END
$procedure$
