-- Is this environment aligned? One result set; every row says ✓ PASS, ✗ FAIL or ? INCONCLUSIVE, and where it does not
-- pass, what to do. It only reads. It judges what the guide names, by what it does, and nothing else of a project.
-- Run it in the SQL editor, or with psql -v ON_ERROR_STOP=1 -f 004_validation.sql
-- The guide counted 183 messages. Fewer means that rows were lost; a chat in use has more. If another number is right,
-- set it first: SET connect.expected_messages = '250';
-- Rows are read for a fifth of a second, so that it may be run at any time on a table of any size. What no constraint
-- proves, and is not decided by then, is inconclusive. SET connect.deep = 'on'; first, and every row is read.

-- The planner expects to read whole tables; compiling for that would take longer than what is read.
SET jit = off;

WITH
size AS MATERIALIZED (
  -- Of the tables whose rows are judged, with their parts.
  WITH RECURSIVE family (part) AS (
    SELECT unnest(ARRAY['public.chats', 'public.chat_participants', 'public.chat_messages']::regclass[])::oid
    UNION SELECT inhrelid FROM pg_inherits JOIN family ON inhparent = part
  ) SELECT sum(pg_relation_size(part)) AS size FROM family
),
settings AS MATERIALIZED (
  SELECT expected, deep,
    CASE WHEN deep THEN 'infinity' ELSE clock_timestamp() + seconds * interval '1 second' END AS ends,
    -- For the rows that foreign keys vouch for: what is left, and a little more.
    CASE WHEN deep THEN 'infinity' ELSE clock_timestamp() + seconds * interval '1.3 second' END AS keys_end,
    -- No more rows than this are counted, and no more that are wrong.
    CASE WHEN NOT deep THEN 10000 END AS counted,
    CASE WHEN NOT deep THEN 1000 END AS listed,
    -- A table of this size can be sorted in that time.
    CASE WHEN NOT deep THEN seconds * 100 * 1024 * 1024 END AS sorted
  FROM (
    -- Small tables are read whatever the time.
    SELECT expected, seconds, asked OR seconds > 0 AND size <= 1024 * 1024 AS deep
    FROM size, (
      SELECT coalesce(nullif(current_setting('connect.expected_messages', true), ''), '183')::bigint AS expected,
        coalesce(nullif(current_setting('connect.deep', true), ''), 'off')::boolean AS asked,
        coalesce(nullif(current_setting('connect.seconds', true), ''), '0.15')::float AS seconds
    ) AS given
  ) AS settled
),
-- What the catalog says of all rows at once: no row can be otherwise, or, by a foreign key, none should.
proofs (of, holds) AS MATERIALIZED (
  VALUES
    -- list: proofs
    ('messages without seq', (EXISTS (
    SELECT FROM pg_class c WHERE c.oid = 'public.chat_messages'::regclass AND (
      c.relkind = 'r' AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhparent = c.oid)
      OR c.relkind = 'p' AND NOT EXISTS (
        SELECT FROM pg_partition_tree(c.oid) p JOIN pg_class part ON part.oid = p.relid
        WHERE part.relkind NOT IN ('r', 'p')))
    ) AND (EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = 'public.chat_messages'::regclass AND attname = 'seq' AND attnotnull
      AND NOT EXISTS (SELECT FROM pg_constraint
        WHERE conrelid = attrelid AND contype = 'n' AND NOT convalidated AND attnum = ANY (conkey))
    ) OR (EXISTS (
    SELECT FROM pg_class c WHERE c.oid = 'public.chat_messages'::regclass AND (
      c.relkind = 'r' AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhparent = c.oid)
      OR c.relkind = 'p' AND NOT EXISTS (
        SELECT FROM pg_partition_tree(c.oid) p JOIN pg_class part ON part.oid = p.relid
        WHERE part.relkind NOT IN ('r', 'p')))
    ) AND EXISTS (
    SELECT FROM pg_constraint k WHERE k.conrelid = 'public.chat_messages'::regclass AND k.contype = 'c' AND k.convalidated
      AND pg_get_expr(k.conbin, k.conrelid) IN ('(seq IS NOT NULL)')
    ))))),
    ('duplicate seq', (EXISTS (
    SELECT FROM pg_class c WHERE c.oid = 'public.chat_messages'::regclass AND (
      c.relkind = 'r' AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhparent = c.oid)
      OR c.relkind = 'p' AND NOT EXISTS (
        SELECT FROM pg_partition_tree(c.oid) p JOIN pg_class part ON part.oid = p.relid
        WHERE part.relkind NOT IN ('r', 'p')))
    ) AND EXISTS (
    SELECT FROM pg_index i WHERE i.indrelid = 'public.chat_messages'::regclass
      AND i.indisunique AND i.indisvalid AND i.indisready AND i.indislive AND i.indimmediate AND NOT i.indisexclusion
      AND i.indnkeyatts = 2 AND ARRAY['chat_id', 'seq']::text[] = (
        SELECT array_agg(named ORDER BY named COLLATE "C")
        FROM generate_series(1, 2) n, pg_get_indexdef(i.indexrelid, n, false) AS named)
      AND coalesce(pg_get_expr(i.indpred, i.indrelid), '(seq IS NOT NULL)') = '(seq IS NOT NULL)'
    ))),
    ('orphans chat_participants.chat_id', EXISTS (
    SELECT FROM pg_constraint k
    WHERE k.contype = 'f' AND k.convalidated
      AND k.conrelid = 'public.chat_participants'::regclass AND k.confrelid = 'public.chats'::regclass
      AND (SELECT array_agg(f.attname || ' ' || t.attname ORDER BY f.attname)
           FROM unnest(k.conkey, k.confkey) AS pair (source, target)
           JOIN pg_attribute f ON f.attrelid = k.conrelid AND f.attnum = pair.source
           JOIN pg_attribute t ON t.attrelid = k.confrelid AND t.attnum = pair.target) = ARRAY['chat_id id']
      AND (SELECT count(*) = 4 AND bool_and(tgenabled IN ('O', 'A')) FROM pg_trigger WHERE tgconstraint = k.oid)
      AND (SELECT bool_and(relkind = 'r') FROM pg_class WHERE oid IN (k.conrelid, k.confrelid))
      AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhparent IN (k.conrelid, k.confrelid))
    )),
    ('orphans chat_messages.chat_id', EXISTS (
    SELECT FROM pg_constraint k
    WHERE k.contype = 'f' AND k.convalidated
      AND k.conrelid = 'public.chat_messages'::regclass AND k.confrelid = 'public.chats'::regclass
      AND (SELECT array_agg(f.attname || ' ' || t.attname ORDER BY f.attname)
           FROM unnest(k.conkey, k.confkey) AS pair (source, target)
           JOIN pg_attribute f ON f.attrelid = k.conrelid AND f.attnum = pair.source
           JOIN pg_attribute t ON t.attrelid = k.confrelid AND t.attnum = pair.target) = ARRAY['chat_id id']
      AND (SELECT count(*) = 4 AND bool_and(tgenabled IN ('O', 'A')) FROM pg_trigger WHERE tgconstraint = k.oid)
      AND (SELECT bool_and(relkind = 'r') FROM pg_class WHERE oid IN (k.conrelid, k.confrelid))
      AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhparent IN (k.conrelid, k.confrelid))
    )),
    ('orphans chat_messages.reply_to_message_id', EXISTS (
    SELECT FROM pg_constraint k
    WHERE k.contype = 'f' AND k.convalidated
      AND k.conrelid = 'public.chat_messages'::regclass AND k.confrelid = 'public.chat_messages'::regclass
      AND (SELECT array_agg(f.attname || ' ' || t.attname ORDER BY f.attname)
           FROM unnest(k.conkey, k.confkey) AS pair (source, target)
           JOIN pg_attribute f ON f.attrelid = k.conrelid AND f.attnum = pair.source
           JOIN pg_attribute t ON t.attrelid = k.confrelid AND t.attnum = pair.target) = ARRAY['reply_to_message_id id']
      AND (SELECT count(*) = 4 AND bool_and(tgenabled IN ('O', 'A')) FROM pg_trigger WHERE tgconstraint = k.oid)
      AND (SELECT bool_and(relkind = 'r') FROM pg_class WHERE oid IN (k.conrelid, k.confrelid))
      AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhparent IN (k.conrelid, k.confrelid))
    ))
    -- end of list
),
few AS (
  SELECT count(*) AS number
  FROM (SELECT FROM public.chat_messages LIMIT (SELECT counted + 1 FROM settings)) AS counted
),
messages AS (
  -- The exact number if it is small or everything is read; else the planner's estimate says how many, and rows are
  -- counted only up to what is expected.
  SELECT few.number AS found, exact, enough, coalesce(late, false) AS late,
    CASE WHEN exact THEN few.number WHEN enough IS NULL THEN (SELECT count(*) FROM public.chat_messages) END AS total,
    format('more than %s%s', counted, (
      SELECT format(' (about %s, the planner estimates)', reltuples::bigint) FROM pg_class
      WHERE oid = 'public.chat_messages'::regclass AND reltuples > counted)) AS about
  FROM few
  CROSS JOIN settings
  CROSS JOIN LATERAL (SELECT deep OR few.number <= counted AS exact) AS e
  LEFT JOIN LATERAL (
    SELECT true AS enough, false AS late WHERE CASE WHEN exact THEN few.number >= expected ELSE expected <= counted END
    UNION ALL
    SELECT number >= expected, number < expected FROM (
      SELECT number, late FROM (
        SELECT row_number() OVER () AS number, clock_timestamp() >= (SELECT ends FROM settings) AS late
        FROM public.chat_messages WHERE NOT exact AND expected > counted
      ) AS numbered WHERE number >= expected OR late LIMIT 1
    ) AS reached
  ) AS judged ON true
),
without_seq AS (
  SELECT count(*) FILTER (WHERE bad) AS number,
    NOT coalesce(bool_or(late), false) AND (count(*) < (SELECT listed FROM settings)) IS NOT FALSE AS all_read
  FROM (
    SELECT bad, late FROM (
      SELECT seq IS NULL AS bad, clock_timestamp() >= (SELECT ends FROM settings) AS late FROM public.chat_messages
      WHERE NOT (SELECT holds FROM proofs WHERE of = 'messages without seq')
      OFFSET 0
    ) AS judged WHERE bad OR late LIMIT (SELECT listed FROM settings)
  ) AS found
),
duplicates AS (
  SELECT chat_id, seq, row_number() OVER (ORDER BY chat_id, seq) AS number
  FROM public.chat_messages
  WHERE chat_id IS NOT NULL AND seq IS NOT NULL
    AND NOT (SELECT holds FROM proofs WHERE of = 'duplicate seq')
    AND (SELECT sorted IS NULL OR size <= sorted FROM settings, size)
  GROUP BY chat_id, seq HAVING count(*) > 1
),
expected_columns (table_name, column_name, type) AS (
  VALUES
    -- list: columns
    ('chats', 'id', 'uuid'),
    ('chats', 'type', 'text'),
    ('chats', 'name', 'text'),
    ('chats', 'created_by', 'uuid'),
    ('chats', 'created_at', 'timestamp with time zone'),
    ('chats', 'updated_at', 'timestamp with time zone'),
    ('chats', 'last_message_at', 'timestamp with time zone'),
    ('chat_participants', 'id', 'uuid'),
    ('chat_participants', 'chat_id', 'uuid'),
    ('chat_participants', 'user_id', 'uuid'),
    ('chat_participants', 'joined_at', 'timestamp with time zone'),
    ('chat_participants', 'last_read_at', 'timestamp with time zone'),
    ('chat_messages', 'id', 'uuid'),
    ('chat_messages', 'chat_id', 'uuid'),
    ('chat_messages', 'sender_id', 'uuid'),
    ('chat_messages', 'message_text', 'text'),
    ('chat_messages', 'message_type', 'text'),
    ('chat_messages', 'media_urls', 'text[]'),
    ('chat_messages', 'reply_to_message_id', 'uuid'),
    ('chat_messages', 'seq', 'bigint'),
    ('chat_messages', 'client_generated_id', 'uuid'),
    ('chat_messages', 'status', 'text'),
    ('chat_messages', 'created_at', 'timestamp with time zone'),
    ('chat_messages', 'updated_at', 'timestamp with time zone'),
    ('chat_messages', 'deleted_at', 'timestamp with time zone')
    -- end of list
),
columns AS (
  -- Any type that holds any text will do where the guide says text: with a length, an enum, a domain of these.
  SELECT e.table_name || '.' || e.column_name AS name, e.type AS expected, format_type(a.atttypid, NULL) AS actual,
    a.attnum IS NOT NULL AND (
      format_type(a.atttypid, NULL) = e.type
      OR e.type = 'text' AND (a.atttypid = 'varchar'::regtype OR t.typname = 'citext'
        OR t.typtype IN ('e', 'd') AND t.typcategory IN ('E', 'S'))
      OR e.type = 'text[]' AND a.atttypid = 'varchar[]'::regtype) AS fits
  FROM expected_columns e
  LEFT JOIN pg_attribute a ON a.attrelid = to_regclass('public.' || e.table_name) AND a.attname = e.column_name
    AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_type t ON t.oid = a.atttypid
),
expected_functions (signature, arguments, result, volatility) AS (
  VALUES
    -- list: functions
    ('assign_message_seq()', '', 'trigger', 'v'),
    ('get_latest_seq(uuid)', 'p_chat_id uuid', 'bigint', 's'),
    ('get_unread_count(uuid, uuid)', 'p_chat_id uuid, p_user_id uuid', 'bigint', 's'),
    ('mark_messages_as_delivered(uuid, uuid)', 'p_chat_id uuid, p_receiver_id uuid', 'TABLE(updated_count bigint)', 'v'),
    ('mark_messages_as_read(uuid, uuid)', 'p_chat_id uuid, p_user_id uuid', 'TABLE(updated_count bigint)', 'v')
    -- end of list
),
functions AS (
  SELECT e.signature, e.result AS expected, f.oid,
    CASE
      WHEN f.oid IS NULL THEN 'missing'
      WHEN pg_get_function_identity_arguments(f.oid) <> e.arguments
        THEN 'arguments ' || pg_get_function_identity_arguments(f.oid)
      WHEN e.volatility = 'v' AND f.provolatile <> 'v' THEN 'not VOLATILE'
      WHEN f.provolatile = 'i' THEN 'IMMUTABLE'
      ELSE pg_get_function_result(f.oid)
    END AS actual,
    -- Another version that the same call could mean, by names or by positions.
    (SELECT string_agg(o.oid::regprocedure::text, ', ') FROM pg_proc o
     WHERE o.pronamespace = f.pronamespace AND o.proname = f.proname AND o.oid <> f.oid
       AND o.pronargs >= f.pronargs AND o.pronargs - o.pronargdefaults <= f.pronargs
       AND (f.proargnames[1:f.pronargs] <@ o.proargnames[1:o.pronargs]
              AND coalesce(o.proargnames[1:o.pronargs - o.pronargdefaults], '{}') <@ f.proargnames[1:f.pronargs]
            OR (o.proargtypes::oid[])[0:f.pronargs - 1] = (f.proargtypes::oid[])[0:f.pronargs - 1])) AS others
  FROM expected_functions e
  LEFT JOIN pg_proc f ON f.oid = to_regprocedure('public.' || e.signature)
),
expected_indexes (name, table_name, columns, is_unique, conditions, statement) AS (
  VALUES
    -- list: indexes
    ('idx_chat_participants_last_read', 'chat_participants', ARRAY['chat_id', 'last_read_at']::text[], false, ARRAY[]::text[],
     'CREATE INDEX idx_chat_participants_last_read ON public.chat_participants USING btree (chat_id, last_read_at)'),
    ('uq_chat_messages_chat_id_seq', 'chat_messages', ARRAY['chat_id', 'seq']::text[], true, ARRAY['seq IS NOT NULL']::text[],
     'CREATE UNIQUE INDEX uq_chat_messages_chat_id_seq ON public.chat_messages USING btree (chat_id, seq) WHERE (seq IS NOT NULL)'),
    ('uq_chat_messages_client_generated', 'chat_messages', ARRAY['sender_id', 'client_generated_id']::text[], true, ARRAY['client_generated_id IS NOT NULL']::text[],
     'CREATE UNIQUE INDEX uq_chat_messages_client_generated ON public.chat_messages USING btree (sender_id, client_generated_id) WHERE (client_generated_id IS NOT NULL)'),
    ('idx_chat_messages_chat_id_seq_desc', 'chat_messages', ARRAY['chat_id', 'seq']::text[], false, ARRAY['deleted_at IS NULL']::text[],
     'CREATE INDEX idx_chat_messages_chat_id_seq_desc ON public.chat_messages USING btree (chat_id, seq DESC) WHERE (deleted_at IS NULL)'),
    ('idx_chat_messages_status', 'chat_messages', ARRAY['chat_id', 'status']::text[], false, ARRAY['deleted_at IS NULL', 'status <> ''read''']::text[],
     'CREATE INDEX idx_chat_messages_status ON public.chat_messages USING btree (chat_id, status) WHERE ((deleted_at IS NULL) AND (status <> ''read''::text))'),
    ('idx_chat_messages_sender_id', 'chat_messages', ARRAY['sender_id']::text[], false, ARRAY[]::text[],
     'CREATE INDEX idx_chat_messages_sender_id ON public.chat_messages USING btree (sender_id)'),
    ('idx_chat_messages_reply_to', 'chat_messages', ARRAY['reply_to_message_id']::text[], false, ARRAY[]::text[],
     'CREATE INDEX idx_chat_messages_reply_to ON public.chat_messages USING btree (reply_to_message_id)')
    -- end of list
),
indexes AS (
  -- By what it covers: its columns in this order, and no condition beyond these.
  SELECT e.name, e.statement,
    (SELECT min(c.relname) FROM pg_index i
     JOIN pg_class c ON c.oid = i.indexrelid
     JOIN pg_am m ON m.oid = c.relam,
     LATERAL (SELECT array_agg(pg_get_indexdef(i.indexrelid, n, false) ORDER BY n) FROM generate_series(1, i.indnkeyatts) n)
       AS k (columns),
     LATERAL (SELECT coalesce(string_to_array(regexp_replace(pg_get_expr(i.indpred, i.indrelid),
         '::("?\w+"?\.)?"?\w+"?( varying)?|[()]', '', 'g'), ' AND '), '{}')) AS p (conditions)
     WHERE i.indrelid = to_regclass('public.' || e.table_name) AND i.indisvalid AND i.indisready
       AND CASE
         WHEN e.is_unique THEN i.indisunique AND i.indimmediate
           AND k.columns @> e.columns AND k.columns <@ e.columns AND p.conditions <@ e.conditions
           AND (NOT i.indnullsnotdistinct OR i.indpred IS NOT NULL)
         ELSE k.columns[1:cardinality(e.columns)] = e.columns
           AND p.conditions <@ (e.conditions || (e.columns[1] || ' IS NOT NULL'))
           AND m.amname IN ('btree', CASE WHEN cardinality(e.columns) = 1 THEN 'hash' END)
           -- A unique one without any of these columns would forbid ordinary rows.
           AND (NOT i.indisunique OR k.columns && ARRAY['id', 'seq', 'client_generated_id', 'user_id'])
       END) AS covered_by
  FROM expected_indexes e
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
    ('chat_participants', 'chat_id', 'public.chats'),
    ('chat_participants', 'user_id', 'auth.users'),
    ('chat_messages', 'chat_id', 'public.chats'),
    ('chat_messages', 'reply_to_message_id', 'public.chat_messages'),
    ('chat_messages', 'sender_id', 'auth.users')
    -- end of list
),
foreign_keys AS (
  -- By what they refer to, since their names differ from project to project. Where somebody is a user, any table of
  -- users will do. A key of several columns is not asked of rows in which another one is NULL, unless it is MATCH FULL.
  SELECT e.table_name || '.' || e.column_name AS name, e.target, bool_or(c.sound) AS valid
  FROM expected_foreign_keys e
  LEFT JOIN (
    SELECT k.conrelid, pair.source, pair.target AS there, s.nspname || '.' || r.relname AS target,
      k.convalidated AND NOT EXISTS (
        SELECT FROM pg_trigger t WHERE t.tgconstraint = k.oid AND t.tgenabled NOT IN ('O', 'A'))
      AND (k.confmatchtype = 'f' OR NOT EXISTS (
        SELECT FROM pg_attribute o WHERE o.attrelid = k.conrelid AND o.attnum = ANY (k.conkey) AND o.attname <> pair.source
          AND (NOT o.attnotnull OR EXISTS (SELECT FROM pg_constraint n
            WHERE n.conrelid = o.attrelid AND n.contype = 'n' AND NOT n.convalidated AND o.attnum = ANY (n.conkey)))))
      AS sound
    FROM pg_constraint k JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace s ON s.oid = r.relnamespace
    CROSS JOIN LATERAL (
      SELECT f.attname AS source, t.attname AS target FROM unnest(k.conkey, k.confkey) AS n (source, target)
      JOIN pg_attribute f ON f.attrelid = k.conrelid AND f.attnum = n.source
      JOIN pg_attribute t ON t.attrelid = k.confrelid AND t.attnum = n.target) AS pair
    WHERE k.contype = 'f'
  ) c ON c.conrelid = to_regclass('public.' || e.table_name) AND c.source = e.column_name
    AND CASE WHEN e.target = 'auth.users' THEN c.target NOT IN (SELECT 'public.' || name FROM messaging_tables)
        -- A participant is a user, which a key of its own says.
        OR (c.target, c.there) IN (
          SELECT 'public.' || table_name, column_name FROM expected_foreign_keys WHERE target = 'auth.users')
      ELSE c.target = e.target AND c.there = 'id' END
  GROUP BY 1, 2
),
expected_triggers (name, table_name, timing, function, statement) AS (
  VALUES
    -- list: triggers
    ('trg_assign_seq', 'chat_messages', 'BEFORE', 'public.assign_message_seq()',
     'CREATE TRIGGER trg_assign_seq BEFORE INSERT ON public.chat_messages FOR EACH ROW EXECUTE FUNCTION public.assign_message_seq()'),
    ('trigger_update_chat_last_message_at', 'chat_messages', 'AFTER', NULL,
     'CREATE TRIGGER trigger_update_chat_last_message_at AFTER INSERT ON public.chat_messages FOR EACH ROW EXECUTE FUNCTION public.update_chat_last_message_at()')
    -- end of list
),
triggers AS (
  -- The one that gives the seq by its function, the other by its name or by what its function writes. A condition may
  -- leave out messages with a seq.
  SELECT e.name, e.timing,
    CASE
      WHEN count(t.oid) > 0 AND NOT bool_or(t.enabled)
        THEN format('ALTER TABLE public.%I ENABLE TRIGGER %I', e.table_name, min(t.tgname))
      ELSE e.statement
    END AS statement,
    CASE
      WHEN count(t.oid) = 0 THEN 'missing'
      WHEN bool_or(t.enabled AND t.fires AND (t.tgtype & 4) > 0 AND ((t.tgtype & 1) > 0 OR e.function IS NULL)
          AND ((t.tgtype & 2) > 0) = (e.timing = 'BEFORE')
          AND (t.tgtype & 64) = 0) THEN 'fires'
      WHEN NOT bool_or(t.enabled) THEN 'not enabled'
      ELSE 'does not fire for each message that is inserted'
    END AS actual
  FROM expected_triggers e
  LEFT JOIN (
    SELECT oid, tgrelid, tgname, tgfoid, tgtype, tgenabled IN ('O', 'A') AS enabled, CASE
        WHEN tgqual IS NULL THEN true
        WHEN tgfoid = to_regprocedure('public.assign_message_seq()')
          THEN pg_get_triggerdef(oid) LIKE '% WHEN ((new.seq IS NULL)) EXECUTE %'
            OR pg_get_triggerdef(oid) LIKE '% WHEN (((new.seq IS NULL) OR %'
        ELSE pg_get_triggerdef(oid) NOT LIKE '% WHEN (false) EXECUTE %'
      END AS fires,
      EXISTS (SELECT FROM pg_proc p WHERE p.oid = tgfoid AND p.prosrc LIKE '%last_message_at%') AS moves
    FROM pg_trigger WHERE NOT tgisinternal
  ) t ON t.tgrelid = to_regclass('public.' || e.table_name)
    AND CASE WHEN e.function IS NULL THEN t.tgname = e.name OR t.moves ELSE t.tgfoid = to_regprocedure(e.function) END
  GROUP BY e.name, e.table_name, e.timing, e.statement
),
orphans (of, number, all_read) AS (
  -- list: orphans
  SELECT 'chat_participants.chat_id', count(*) FILTER (WHERE bad),
    NOT coalesce(bool_or(late), false) AND (count(*) < (SELECT listed FROM settings)) IS NOT FALSE
  FROM (SELECT bad, late FROM (
      SELECT late, CASE WHEN NOT late THEN t.chat_id IS NOT NULL
          AND NOT EXISTS (SELECT FROM public.chats r WHERE r.id = t.chat_id) END AS bad
      FROM (
        SELECT chat_id, clock_timestamp() >= (SELECT keys_end FROM settings) AS late FROM public.chat_participants OFFSET 0
      ) AS t OFFSET 0
    ) AS judged WHERE bad OR late LIMIT (SELECT listed FROM settings)) AS found
  UNION ALL
  SELECT 'chat_messages.chat_id', count(*) FILTER (WHERE bad),
    NOT coalesce(bool_or(late), false) AND (count(*) < (SELECT listed FROM settings)) IS NOT FALSE
  FROM (SELECT bad, late FROM (
      SELECT late, CASE WHEN NOT late THEN t.chat_id IS NOT NULL
          AND NOT EXISTS (SELECT FROM public.chats r WHERE r.id = t.chat_id) END AS bad
      FROM (
        SELECT chat_id, clock_timestamp() >= (SELECT keys_end FROM settings) AS late FROM public.chat_messages OFFSET 0
      ) AS t OFFSET 0
    ) AS judged WHERE bad OR late LIMIT (SELECT listed FROM settings)) AS found
  UNION ALL
  SELECT 'chat_messages.reply_to_message_id', count(*) FILTER (WHERE bad),
    NOT coalesce(bool_or(late), false) AND (count(*) < (SELECT listed FROM settings)) IS NOT FALSE
  FROM (SELECT bad, late FROM (
      SELECT late, CASE WHEN NOT late THEN t.reply_to_message_id IS NOT NULL
          AND NOT EXISTS (SELECT FROM public.chat_messages r WHERE r.id = t.reply_to_message_id) END AS bad
      FROM (
        SELECT reply_to_message_id, clock_timestamp() >= (SELECT keys_end FROM settings) AS late FROM public.chat_messages OFFSET 0
      ) AS t OFFSET 0
    ) AS judged WHERE bad OR late LIMIT (SELECT listed FROM settings)) AS found
  -- end of list
),
unread AS (
  SELECT string_agg(o.of, ', ' ORDER BY o.of) FILTER (WHERE p.holds) AS promised,
    string_agg(o.of, ', ' ORDER BY o.of) FILTER (WHERE NOT p.holds) AS open
  FROM orphans o JOIN proofs p ON p.of = 'orphans ' || o.of
  WHERE NOT all_read
),
-- What could not be decided, and is neither right nor wrong by that.
open (name) AS (
  SELECT 'total messages' FROM messages WHERE late
  UNION ALL SELECT 'messages with seq' FROM without_seq WHERE number = 0 AND NOT all_read
  UNION ALL SELECT 'duplicate (chat_id, seq)' FROM settings, size, proofs
    WHERE of = 'duplicate seq' AND NOT holds AND size > sorted
  UNION ALL SELECT 'orphans' FROM unread WHERE open IS NOT NULL AND (SELECT sum(number) = 0 FROM orphans)
),
checks (position, name, passed, expected, actual, detail) AS (
  SELECT 1, 'total messages', enough IS TRUE, expected::text, coalesce(total::text, about),
      CASE
        WHEN late THEN 'this many cannot be counted in time'
        WHEN enough IS NOT TRUE
          THEN 'rows were lost, or this role cannot see them; if this number is right: SET connect.expected_messages = '
            || quote_literal(total)
        WHEN total = expected THEN ''
        ELSE 'more have been sent since'
      END
    FROM messages, settings
  UNION ALL
  SELECT 2, 'messages with seq', found > 0 AND number = 0 AND all_read, CASE WHEN exact THEN found::text ELSE 'all' END,
      CASE
        WHEN exact AND all_read THEN (found - number)::text
        WHEN number > 0 THEN format('%s%s without seq', CASE WHEN NOT all_read THEN 'at least ' END, number)
        WHEN all_read THEN 'all'
        ELSE 'no constraint says so'
      END,
      CASE WHEN found = 0 THEN 'there is no message to judge' WHEN number > 0
        THEN number || ' without seq; give each the next seq of its chat' ELSE '' END
    FROM messages, without_seq
  UNION ALL
  SELECT 3, 'columns', bool_and(fits), count(*)::text, count(*) FILTER (WHERE fits)::text,
      coalesce('add, or give the right type: ' || string_agg(
        format('%s (is %s, expected %s)', name, coalesce(actual, 'missing'), expected), ', ' ORDER BY name)
        FILTER (WHERE NOT fits), '')
    FROM columns
  UNION ALL
  SELECT 4, 'functions', count(oid) = 5 AND count(others) = 0, '5', count(oid)::text,
      concat_ws('; ',
        'missing: ' || string_agg(signature, ', ' ORDER BY signature) FILTER (WHERE oid IS NULL),
        'the same call could mean, so drop: ' || string_agg(others, ', ' ORDER BY others))
    FROM functions
  UNION ALL
  SELECT 5, 'chat_participants.' || name || ' not null', attnotnull IS TRUE AND conname IS NULL, 'NOT NULL',
      CASE
        WHEN conname IS NOT NULL THEN 'NOT NULL NOT VALID' WHEN attnotnull THEN 'NOT NULL'
        WHEN attname IS NULL THEN 'no such column' ELSE 'nullable'
      END,
      CASE WHEN attnotnull IS TRUE AND conname IS NULL THEN '' ELSE 'run 001 in production; staging has had it before' END
    FROM (VALUES ('chat_id'), ('user_id')) AS required (name)
    LEFT JOIN pg_attribute ON attrelid = to_regclass('public.chat_participants') AND attname = name
    LEFT JOIN pg_constraint ON conrelid = attrelid AND contype = 'n' AND NOT convalidated AND attnum = ANY (conkey)
  UNION ALL
  SELECT 6, 'function ' || signature, actual = expected, expected, actual,
      CASE
        WHEN actual = expected THEN ''
        WHEN signature ~ '^(mark_messages_as_read|get_unread_count)' THEN 'run 002 in staging; production has had it before'
        ELSE 'create it, or restore it from a backup of the schema'
      END
    FROM functions
  UNION ALL
  SELECT 7, 'index ' || name, covered_by IS NOT NULL, statement, coalesce(covered_by, 'no valid index covers this'),
      CASE
        WHEN covered_by IS NOT NULL THEN ''
        WHEN name = 'idx_chat_messages_sender_id' THEN 'run 001 in production; staging has had it before'
        WHEN name = 'idx_chat_messages_reply_to' THEN 'run 003 in staging; production has had it before'
        ELSE 'drop an invalid one of that name, then create it'
      END
    FROM indexes
  UNION ALL
  SELECT 8, 'unique chat_participants_chat_id_user_id_key', count(i.indexrelid) > 0, 'UNIQUE (chat_id, user_id)',
      coalesce(min(i.indexrelid::regclass::text), 'missing'),
      CASE WHEN count(i.indexrelid) > 0 THEN '' ELSE 'ALTER TABLE public.chat_participants ADD UNIQUE (chat_id, user_id)' END
    FROM (SELECT) AS always
    LEFT JOIN pg_index i ON i.indrelid = to_regclass('public.chat_participants') AND i.indisunique AND i.indisvalid
      AND i.indimmediate AND i.indpred IS NULL AND i.indnkeyatts = 2 AND NOT i.indnullsnotdistinct
      AND (SELECT array_agg(pg_get_indexdef(i.indexrelid, n, false)) FROM generate_series(1, 2) n) @> '{chat_id,user_id}'
  UNION ALL
  SELECT 9, 'trigger ' || name, actual = 'fires', timing || ' INSERT', actual,
      CASE WHEN actual = 'fires' THEN '' ELSE statement END
    FROM triggers
  UNION ALL
  SELECT 10, 'row-level security ' || name, relrowsecurity IS TRUE, 'on',
      CASE WHEN relrowsecurity THEN 'on' WHEN oid IS NULL THEN 'no such table' ELSE 'off' END,
      CASE WHEN relrowsecurity THEN ''
        ELSE format('write its policies, then ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name) END
    FROM messaging_tables
    LEFT JOIN pg_class ON oid = to_regclass('public.' || name)
  UNION ALL
  SELECT 11, 'replica identity ' || name, relreplident IS NOT DISTINCT FROM 'f' AND parts IS NULL, 'FULL',
      CASE relreplident WHEN 'f' THEN 'FULL' WHEN 'd' THEN 'DEFAULT' WHEN 'n' THEN 'NOTHING' WHEN 'i' THEN 'INDEX'
        ELSE 'no such table' END || CASE WHEN parts IS NULL THEN '' ELSE format(', not FULL in %s partitions', number) END,
      concat_ws('; ',
        CASE WHEN relreplident IS DISTINCT FROM 'f' THEN format('ALTER TABLE public.%I REPLICA IDENTITY FULL', name) END,
        parts)
    FROM messaging_tables
    LEFT JOIN pg_class ON oid = to_regclass('public.' || name)
    LEFT JOIN LATERAL (
      -- What is logged of a row follows its partition, which takes nothing of this from its table.
      SELECT count(*),
        string_agg(format('ALTER TABLE %I.%I REPLICA IDENTITY FULL', n.nspname, p.relname), '; ' ORDER BY p.relname)
      FROM pg_partition_tree(pg_class.oid) t JOIN pg_class p ON p.oid = t.relid JOIN pg_namespace n ON n.oid = p.relnamespace
      WHERE t.level > 0 AND p.relkind = 'r' AND p.relreplident <> 'f'
    ) AS of_parts (number, parts) ON true
  UNION ALL
  SELECT 12, 'published ' || m.name, t.tablename IS NOT NULL AND rowfilter IS NULL AND c.name IS NULL
        AND pubinsert AND pubupdate AND pubdelete,
      'insert, update and delete of every row',
      CASE
        WHEN tablename IS NULL AND in_parts THEN 'only its partitions, under their own names'
        WHEN tablename IS NULL THEN 'not published'
        WHEN rowfilter IS NOT NULL THEN 'only rows where ' || rowfilter
        WHEN c.name IS NOT NULL THEN 'without ' || c.name || ', so that an update or delete fails'
        ELSE concat_ws(', ', CASE WHEN pubinsert THEN 'insert' END, CASE WHEN pubupdate THEN 'update' END,
                       CASE WHEN pubdelete THEN 'delete' END) || ' of every row'
      END,
      CASE
        WHEN tablename IS NULL AND in_parts AND NOT via_root
          THEN 'ALTER PUBLICATION supabase_realtime SET (publish_via_partition_root = true)'
        WHEN tablename IS NULL THEN format('ALTER PUBLICATION supabase_realtime ADD TABLE public.%I', m.name)
        WHEN rowfilter IS NOT NULL OR c.name IS NOT NULL
          THEN format('drop public.%I from supabase_realtime, then add it without a filter or list of columns', m.name)
        WHEN pubinsert AND pubupdate AND pubdelete THEN ''
        ELSE 'ALTER PUBLICATION supabase_realtime SET (publish = ''insert, update, delete, truncate'')'
      END
    FROM messaging_tables m
    LEFT JOIN pg_publication_tables t ON t.pubname = 'supabase_realtime' AND schemaname = 'public' AND tablename = m.name
    LEFT JOIN pg_publication p ON p.pubname = t.pubname
    LEFT JOIN LATERAL (
      -- With replica identity FULL every column has to be in a list.
      SELECT string_agg(attname, ', ' ORDER BY attname) FROM pg_attribute
      WHERE attrelid = to_regclass('public.' || m.name) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        AND NOT attname = ANY (t.attnames)
    ) AS c (name) ON true
    LEFT JOIN LATERAL (
      SELECT count(*) > 0, (SELECT pubviaroot FROM pg_publication WHERE pubname = 'supabase_realtime')
      FROM pg_partition_tree(to_regclass('public.' || m.name)) tree
      JOIN pg_class p ON p.oid = tree.relid
      JOIN pg_namespace n ON n.oid = p.relnamespace
      JOIN pg_publication_tables o ON o.pubname = 'supabase_realtime' AND (o.schemaname, o.tablename) = (n.nspname, p.relname)
      WHERE t.tablename IS NULL AND tree.level > 0
    ) AS of_parts (in_parts, via_root) ON true
  UNION ALL
  SELECT 13, 'duplicate (chat_id, seq)',
      count(*) = 0 AND NOT EXISTS (SELECT FROM open WHERE open.name = 'duplicate (chat_id, seq)'), '0', count(*)::text,
      coalesce('more than one message has: ' || string_agg(format('chat %s seq %s', chat_id, seq), ', ' ORDER BY chat_id, seq)
                                                  FILTER (WHERE number <= 10), '')
    FROM duplicates
  UNION ALL
  SELECT 14, 'orphans', sum(number) = 0 AND unread.open IS NULL, '0', sum(number)::text,
      CASE
        WHEN sum(number) > 0
          THEN 'participants or messages whose chat or message does not exist: delete or mend them'
        WHEN unread.open IS NOT NULL THEN 'not all read, and no valid foreign key: ' || unread.open
        ELSE coalesce('not all read, since a valid foreign key allows none: ' || promised, '')
      END
    FROM orphans, unread
    GROUP BY unread.open, promised
  UNION ALL
  SELECT 15, 'foreign keys', bool_and(valid IS TRUE), count(*) || ' validated',
      count(*) FILTER (WHERE valid) || ' validated',
      concat_ws('; ',
        'missing: ' || string_agg(format('%s to %s', name, target), ', ' ORDER BY name) FILTER (WHERE valid IS NULL),
        'not validated (VALIDATE CONSTRAINT), switched off (ENABLE TRIGGER ALL), or with another column that may be NULL: ' || string_agg(name, ', ' ORDER BY name) FILTER (WHERE NOT valid))
    FROM foreign_keys
)
SELECT
  name AS "check",
  CASE WHEN passed THEN '✓ PASS' WHEN name IN (SELECT name FROM open) THEN '? INCONCLUSIVE' ELSE '✗ FAIL' END AS status,
  expected,
  CASE WHEN passed OR name NOT IN (SELECT name FROM open) THEN actual ELSE 'not decided in time' END AS actual,
  CASE
    WHEN passed OR name NOT IN (SELECT name FROM open) THEN detail
    ELSE concat_ws('; ', nullif(detail, ''), 'to read every row: SET connect.deep = ''on''; then run this again')
  END AS detail
FROM checks
ORDER BY position, name;
