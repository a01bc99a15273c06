-- Is this environment aligned? One result set; every row says ✓ PASS or ✗ FAIL. It only reads.
-- Run it in the SQL editor, or with psql -v ON_ERROR_STOP=1 -f 004_validation.sql
-- The guide counted 183 messages. Fewer means that rows were lost; a chat in use has more. If another number is right,
-- set it first: SET connect.expected_messages = '250';
WITH
settings AS (
  SELECT coalesce(nullif(current_setting('connect.expected_messages', true), ''), '183')::bigint AS messages
),
messages AS (
  SELECT
    count(*) AS total,
    count(seq) AS with_seq,
    count(*) FILTER (WHERE seq IS NULL) AS without_seq
  FROM public.chat_messages
),
expected_functions (signature, result) AS (
  VALUES
    -- list: functions
    ('assign_message_seq()', 'trigger'),
    ('get_latest_seq(uuid)', 'bigint'),
    ('get_unread_count(uuid, uuid)', 'bigint'),
    ('mark_messages_as_delivered(uuid, uuid)', 'TABLE(updated_count bigint)'),
    ('mark_messages_as_read(uuid, uuid)', 'TABLE(updated_count bigint)')
    -- end of list
),
overloads AS (
  SELECT count(*) AS total FROM pg_proc
  WHERE pronamespace = 'public'::regnamespace
    AND proname IN (SELECT split_part(signature, '(', 1) FROM expected_functions)
),
functions AS (
  SELECT signature, result AS expected, pg_get_function_result(to_regprocedure('public.' || signature)) AS actual
  FROM expected_functions
),
expected_indexes (name, definition) AS (
  VALUES
    -- list: indexes
    ('idx_chat_participants_last_read',
     'CREATE INDEX idx_chat_participants_last_read ON public.chat_participants USING btree (chat_id, last_read_at)'),
    ('uq_chat_messages_chat_id_seq',
     'CREATE UNIQUE INDEX uq_chat_messages_chat_id_seq ON public.chat_messages USING btree (chat_id, seq) WHERE (seq IS NOT NULL)'),
    ('uq_chat_messages_client_generated',
     'CREATE UNIQUE INDEX uq_chat_messages_client_generated ON public.chat_messages USING btree (sender_id, client_generated_id) WHERE (client_generated_id IS NOT NULL)'),
    ('idx_chat_messages_chat_id_seq_desc',
     'CREATE INDEX idx_chat_messages_chat_id_seq_desc ON public.chat_messages USING btree (chat_id, seq DESC) WHERE (deleted_at IS NULL)'),
    ('idx_chat_messages_status',
     'CREATE INDEX idx_chat_messages_status ON public.chat_messages USING btree (chat_id, status) WHERE ((deleted_at IS NULL) AND (status <> ''read''::text))'),
    ('idx_chat_messages_sender_id',
     'CREATE INDEX idx_chat_messages_sender_id ON public.chat_messages USING btree (sender_id)'),
    ('idx_chat_messages_reply_to',
     'CREATE INDEX idx_chat_messages_reply_to ON public.chat_messages USING btree (reply_to_message_id)')
    -- end of list
),
messaging_tables (name) AS (
  VALUES
    -- list: tables
    ('chats'),
    ('chat_participants'),
    ('chat_messages'),
    ('message_reactions'),
    ('attachments')
    -- end of list
),
expected_foreign_keys (table_name, column_name, target) AS (
  VALUES
    -- list: foreign keys
    ('chats', 'created_by', 'auth.users'),
    ('chat_participants', 'chat_id', 'public.chats'),
    ('chat_participants', 'user_id', 'auth.users'),
    ('chat_messages', 'chat_id', 'public.chats'),
    ('chat_messages', 'reply_to_message_id', 'public.chat_messages'),
    ('chat_messages', 'sender_id', 'auth.users'),
    ('message_reactions', 'message_id', 'public.chat_messages'),
    ('message_reactions', 'user_id', 'auth.users'),
    ('attachments', 'message_id', 'public.chat_messages')
    -- end of list
),
foreign_keys AS (
  -- By what they refer to, since their names differ from project to project.
  SELECT e.table_name || '.' || e.column_name AS name, bool_or(c.convalidated) AS valid
  FROM expected_foreign_keys e
  LEFT JOIN pg_attribute a ON a.attrelid = to_regclass('public.' || e.table_name) AND a.attname = e.column_name
  LEFT JOIN (
    SELECT k.conrelid, k.conkey, k.convalidated, s.nspname || '.' || r.relname AS target
    FROM pg_constraint k JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace s ON s.oid = r.relnamespace
    WHERE k.contype = 'f'
  ) c ON c.conrelid = a.attrelid AND c.conkey = ARRAY[a.attnum] AND c.target = e.target
  GROUP BY 1
),
expected_triggers (name, table_name, definition) AS (
  VALUES
    -- list: triggers
    ('trg_assign_seq', 'chat_messages',
     'BEFORE INSERT ON public.chat_messages FOR EACH ROW EXECUTE FUNCTION public.assign_message_seq()'),
    ('trigger_update_chat_last_message_at', 'chat_messages',
     'AFTER INSERT ON public.chat_messages FOR EACH ROW EXECUTE FUNCTION public.update_chat_last_message_at()')
    -- end of list
),
triggers AS (
  -- Without schema names, which depend on the session's search path.
  SELECT e.name, t.tgenabled AS enabled,
    replace(replace('CREATE TRIGGER ' || e.name || ' ' || e.definition, 'public.', ''), '  ', ' ') AS expected,
    replace(pg_get_triggerdef(t.oid), 'public.', '') AS actual
  FROM expected_triggers e
  LEFT JOIN pg_trigger t ON t.tgrelid = to_regclass('public.' || e.table_name) AND t.tgname = e.name
    AND NOT t.tgisinternal
),
orphans AS (
  SELECT
    -- list: orphans
    (SELECT count(*) FROM public.chat_participants t WHERE t.chat_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM public.chats r WHERE r.id = t.chat_id))
    + (SELECT count(*) FROM public.chat_messages t WHERE t.chat_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM public.chats r WHERE r.id = t.chat_id))
    + (SELECT count(*) FROM public.chat_messages t WHERE t.reply_to_message_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM public.chat_messages r WHERE r.id = t.reply_to_message_id))
    + (SELECT count(*) FROM public.message_reactions t WHERE t.message_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM public.chat_messages r WHERE r.id = t.message_id))
    + (SELECT count(*) FROM public.attachments t WHERE t.message_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM public.chat_messages r WHERE r.id = t.message_id))
    -- end of list
    AS total
),
checks (position, name, passed, expected, actual, detail) AS (
  SELECT 1, 'total messages', total >= settings.messages, settings.messages::text, total::text,
      CASE
        WHEN total > settings.messages THEN 'more have been sent since'
        WHEN total < settings.messages THEN 'rows were lost, or this role cannot see them'
        ELSE ''
      END
    FROM messages, settings
  UNION ALL
  SELECT 2, 'messages with seq', with_seq = total AND total > 0, total::text, with_seq::text,
      without_seq || ' without seq'
    FROM messages
  UNION ALL
  SELECT 3, 'functions', count(actual) = 5 AND overloads.total = 5, '5', overloads.total::text,
      coalesce('missing: ' || string_agg(signature, ', ' ORDER BY signature) FILTER (WHERE actual IS NULL),
               CASE WHEN overloads.total > 5 THEN 'one has a second version with other arguments' ELSE 'all exist' END)
    FROM functions, overloads
    GROUP BY overloads.total
  UNION ALL
  SELECT 4, 'chat_participants.' || name || ' not null', attnotnull IS TRUE AND conname IS NULL, 'NOT NULL',
      CASE
        WHEN conname IS NOT NULL THEN 'NOT NULL NOT VALID' WHEN attnotnull THEN 'NOT NULL'
        WHEN attname IS NULL THEN 'no such column' ELSE 'nullable'
      END,
      'added by 001 in production'
    FROM (VALUES ('chat_id'), ('user_id')) AS required (name)
    LEFT JOIN pg_attribute ON attrelid = to_regclass('public.chat_participants') AND attname = name
    LEFT JOIN pg_constraint ON conrelid = attrelid AND contype = 'n' AND NOT convalidated AND attnum = ANY (conkey)
  UNION ALL
  SELECT 5, 'function ' || signature, actual IS NOT DISTINCT FROM expected, expected, coalesce(actual, 'missing'),
      'what it returns'
    FROM functions
  UNION ALL
  SELECT 6, 'index ' || name, indisvalid IS TRUE AND pg_get_indexdef(indexrelid) = definition, definition,
      coalesce(pg_get_indexdef(indexrelid), 'missing'), CASE WHEN indisvalid IS FALSE THEN 'invalid' ELSE '' END
    FROM expected_indexes
    LEFT JOIN pg_index ON indexrelid = to_regclass('public.' || name)
  UNION ALL
  SELECT 7, 'unique chat_participants_chat_id_user_id_key',
      pg_get_constraintdef(max(oid::bigint)::oid) IS NOT DISTINCT FROM 'UNIQUE (chat_id, user_id)',
      'UNIQUE (chat_id, user_id)', coalesce(pg_get_constraintdef(max(oid::bigint)::oid), 'missing'), ''
    FROM pg_constraint
    WHERE conrelid = to_regclass('public.chat_participants') AND conname = 'chat_participants_chat_id_user_id_key'
  UNION ALL
  SELECT 8, 'trigger ' || name, enabled IS NOT DISTINCT FROM 'O' AND actual = expected, expected,
      coalesce(actual, 'missing'), CASE WHEN enabled <> 'O' THEN 'not enabled' ELSE '' END
    FROM triggers
  UNION ALL
  SELECT 9, 'row-level security ' || name, relrowsecurity IS TRUE, 'on',
      CASE WHEN relrowsecurity THEN 'on' WHEN oid IS NULL THEN 'no such table' ELSE 'off' END, ''
    FROM messaging_tables
    LEFT JOIN pg_class ON oid = to_regclass('public.' || name)
  UNION ALL
  SELECT 10, 'replica identity ' || name, relreplident IS NOT DISTINCT FROM 'f', 'FULL',
      CASE relreplident WHEN 'f' THEN 'FULL' WHEN 'd' THEN 'DEFAULT' WHEN 'n' THEN 'NOTHING' WHEN 'i' THEN 'INDEX'
        ELSE 'no such table' END, 'realtime needs FULL'
    FROM messaging_tables
    LEFT JOIN pg_class ON oid = to_regclass('public.' || name)
  UNION ALL
  SELECT 11, 'published ' || name, tablename IS NOT NULL AND rowfilter IS NULL AND pubinsert AND pubupdate AND pubdelete,
      'insert, update and delete of every row',
      CASE
        WHEN tablename IS NULL THEN 'not published'
        WHEN rowfilter IS NOT NULL THEN 'only rows where ' || rowfilter
        ELSE concat_ws(', ', CASE WHEN pubinsert THEN 'insert' END, CASE WHEN pubupdate THEN 'update' END,
                       CASE WHEN pubdelete THEN 'delete' END) || ' of every row'
      END,
      'in supabase_realtime'
    FROM messaging_tables
    LEFT JOIN pg_publication_tables t ON t.pubname = 'supabase_realtime' AND schemaname = 'public' AND tablename = name
    LEFT JOIN pg_publication p ON p.pubname = t.pubname
  UNION ALL
  SELECT 12, 'duplicate (chat_id, seq)', count(*) = 0, '0', count(*)::text,
      coalesce('more than one message has: ' || string_agg(format('chat %s seq %s', chat_id, seq), ', ' ORDER BY chat_id, seq)
                                                  FILTER (WHERE number <= 10), '')
    FROM (
      SELECT chat_id, seq, row_number() OVER (ORDER BY chat_id, seq) AS number
      FROM public.chat_messages WHERE seq IS NOT NULL GROUP BY chat_id, seq HAVING count(*) > 1
    ) AS duplicates
  UNION ALL
  SELECT 13, 'orphans', total = 0, '0', total::text, 'rows whose chat or message does not exist'
    FROM orphans
  UNION ALL
  SELECT 14, 'foreign keys', bool_and(valid IS TRUE), count(*) || ' validated',
      count(*) FILTER (WHERE valid) || ' validated',
      concat_ws('; ',
        'missing: ' || string_agg(name, ', ' ORDER BY name) FILTER (WHERE valid IS NULL),
        'not validated: ' || string_agg(name, ', ' ORDER BY name) FILTER (WHERE NOT valid))
    FROM foreign_keys
)
SELECT
  name AS "check",
  CASE WHEN passed THEN '✓ PASS' ELSE '✗ FAIL' END AS status,
  expected,
  actual,
  detail
FROM checks
ORDER BY position, name;
