-- What the guide asks of a database, as a person would write it with pgTAP. Run by bench/beside/pgtap.py.
SET search_path = public, tap;
BEGIN;
SELECT * FROM no_plan();

SELECT has_table('public', name, name || ' is there')
FROM unnest('{chats,chat_participants,chat_messages,message_reactions,attachments}'::text[]) AS name;

SELECT col_type_is('public', place[1], place[2], replace(place[3], '_', ' '), format('%s.%s is %s', VARIADIC place))
FROM (SELECT string_to_array(line, ' ') FROM unnest(ARRAY[
  'chats id uuid', 'chats type text', 'chats name text', 'chats created_by uuid', 'chats created_at timestamp_with_time_zone',
  'chats updated_at timestamp_with_time_zone', 'chats last_message_at timestamp_with_time_zone',
  'chat_participants id uuid', 'chat_participants chat_id uuid', 'chat_participants user_id uuid',
  'chat_participants joined_at timestamp_with_time_zone', 'chat_participants last_read_at timestamp_with_time_zone',
  'chat_messages id uuid', 'chat_messages chat_id uuid', 'chat_messages sender_id uuid', 'chat_messages message_text text',
  'chat_messages message_type text', 'chat_messages media_urls text[]', 'chat_messages reply_to_message_id uuid',
  'chat_messages seq bigint', 'chat_messages client_generated_id uuid', 'chat_messages status text',
  'chat_messages created_at timestamp_with_time_zone', 'chat_messages updated_at timestamp_with_time_zone',
  'chat_messages deleted_at timestamp_with_time_zone']) AS line) AS lines (place);

SELECT col_not_null('public', 'chat_participants', name, 'a participant has a ' || name)
FROM unnest('{chat_id,user_id}'::text[]) AS name;

SELECT fk_ok('public', 'chat_participants', 'chat_id', 'public', 'chats', 'id', 'a participant is in a chat');
SELECT fk_ok('public', 'chat_participants', 'user_id', 'auth', 'users', 'id', 'a participant is a user');
SELECT fk_ok('public', 'chat_messages', 'chat_id', 'public', 'chats', 'id', 'a message is in a chat');
SELECT fk_ok('public', 'chat_messages', 'sender_id', 'auth', 'users', 'id', 'a message has a sender');
SELECT fk_ok('public', 'chat_messages', 'reply_to_message_id', 'public', 'chat_messages', 'id', 'a reply is to a message');

SELECT has_index('public', place[1], place[2], string_to_array(place[3], ','), 'index ' || place[2])
FROM (SELECT string_to_array(line, ' ') FROM unnest(ARRAY[
  'chat_participants idx_chat_participants_last_read chat_id,last_read_at',
  'chat_messages uq_chat_messages_chat_id_seq chat_id,seq',
  'chat_messages uq_chat_messages_client_generated sender_id,client_generated_id',
  'chat_messages idx_chat_messages_chat_id_seq_desc chat_id,seq',
  'chat_messages idx_chat_messages_status chat_id,status',
  'chat_messages idx_chat_messages_sender_id sender_id'
  ]) AS line) AS lines (place);
SELECT index_is_unique('public', 'chat_messages', name, name || ' is unique')
FROM unnest('{uq_chat_messages_chat_id_seq,uq_chat_messages_client_generated}'::text[]) AS name;
SELECT is(count(*), 0::bigint, 'every index is valid') FROM pg_index WHERE NOT indisvalid;

SELECT function_returns('public', 'assign_message_seq', '{}'::name[], 'trigger', 'assign_message_seq is a trigger');
SELECT function_returns('public', 'get_latest_seq', '{uuid}'::name[], 'bigint', 'get_latest_seq counts');
SELECT function_returns('public', 'get_unread_count', '{uuid,uuid}'::name[], 'bigint', 'get_unread_count counts');
SELECT function_returns('public', 'mark_messages_as_delivered', '{uuid,uuid}'::name[], 'setof bigint', 'it says how many');
SELECT function_returns('public', 'mark_messages_as_read', '{uuid,uuid}'::name[], 'setof bigint', 'it says how many');
SELECT volatility_is('public', name, '{uuid,uuid}'::name[], 'volatile', name || ' writes')
FROM unnest('{mark_messages_as_read,mark_messages_as_delivered}'::text[]) AS name;
SELECT is_definer('public', name, '{uuid,uuid}'::name[], name || ' is for every participant')
FROM unnest('{mark_messages_as_read,mark_messages_as_delivered,get_unread_count}'::text[]) AS name;

SELECT is((SELECT count(*) FROM pg_trigger t WHERE t.tgfoid = to_regproc('public.' || name) AND t.tgenabled IN ('O', 'A')),
  1::bigint, name || ' fires')
FROM unnest('{assign_message_seq,update_chat_last_message_at}'::text[]) AS name;

SELECT is(c.relrowsecurity, true, c.relname || ' has row security')
FROM pg_class c WHERE c.oid = ANY ('{chats,chat_participants,chat_messages,message_reactions,attachments}'::regclass[]);
SELECT is(c.relreplident, 'f'::"char", c.relname || ' sends its old rows')
FROM pg_class c WHERE c.oid = ANY ('{chats,chat_participants,chat_messages,message_reactions,attachments}'::regclass[]);
SELECT ok(EXISTS (SELECT FROM pg_publication_tables WHERE pubname = 'supabase_realtime' AND tablename = name),
  name || ' is published')
FROM unnest('{chats,chat_participants,chat_messages,message_reactions,attachments}'::text[]) AS name;

SELECT isnt((SELECT count(*) FROM chat_messages), 0::bigint, 'there are messages');
SELECT is((SELECT count(*) FROM chat_messages WHERE seq IS NULL), 0::bigint, 'every message has a seq');
SELECT is_empty('SELECT chat_id, seq FROM chat_messages GROUP BY chat_id, seq HAVING count(*) > 1', 'no seq is used twice');
SELECT is_empty('SELECT FROM chat_participants WHERE chat_id IS NULL OR user_id IS NULL', 'no participant lacks a key');
SELECT is_empty('SELECT FROM chat_messages m LEFT JOIN chats c ON c.id = m.chat_id WHERE c.id IS NULL', 'no orphan');
SELECT is_empty('SELECT FROM chat_messages r JOIN chat_messages m ON m.id = r.reply_to_message_id
  WHERE m.chat_id <> r.chat_id', 'no reply leaves its chat');
SELECT is_empty('SELECT FROM chats c JOIN (SELECT chat_id, max(created_at) AS newest FROM chat_messages
  WHERE deleted_at IS NULL GROUP BY chat_id) m ON m.chat_id = c.id WHERE m.newest > c.last_message_at', 'no chat is behind');

SELECT * FROM finish();
ROLLBACK;
