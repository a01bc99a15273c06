-- How the database itself sends broadcasts: rows of realtime.messages, which the service reads from the stream. Here is
-- what a database of somebody's own may lack; Supabase's platform (pgproof.supabase.hosted) has it.

ALTER TABLE realtime.messages ADD COLUMN IF NOT EXISTS binary_payload bytea;

-- Like Supabase's, this never fails the statement that it is called in: what is wrong is a warning.
CREATE OR REPLACE FUNCTION realtime.send(payload jsonb, event text, topic text, private boolean DEFAULT true)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  message uuid := gen_random_uuid();
BEGIN
  -- The policies of the table ask which topic it is.
  PERFORM set_config('realtime.topic', $3, true);
  INSERT INTO realtime.messages (id, payload, event, topic, private, extension, inserted_at, updated_at)
  VALUES (
    message, CASE WHEN $1 ? 'id' THEN $1 ELSE jsonb_set($1, '{id}', to_jsonb(message)) END, $2, $3, $4, 'broadcast',
    now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
  );
EXCEPTION
  WHEN OTHERS THEN RAISE WARNING 'WarnSendingBroadcastMessage: %', SQLERRM;
END
$$;

CREATE OR REPLACE FUNCTION realtime.send_binary(payload bytea, event text, topic text, private boolean DEFAULT true)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('realtime.topic', $3, true);
  INSERT INTO realtime.messages (binary_payload, event, topic, private, extension, inserted_at, updated_at)
  VALUES ($1, $2, $3, $4, 'broadcast', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC');
EXCEPTION
  WHEN OTHERS THEN RAISE WARNING 'WarnSendingBroadcastMessage: %', SQLERRM;
END
$$;

CREATE OR REPLACE FUNCTION realtime.broadcast_changes(
  topic_name text, event_name text, operation text, table_name text, table_schema text, new record, old record,
  level text DEFAULT 'ROW'
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF level = 'STATEMENT' THEN
    RAISE EXCEPTION 'function can only be triggered for each row, not for each statement';
  END IF;
  IF operation NOT IN ('INSERT', 'UPDATE', 'DELETE') THEN
    RAISE EXCEPTION 'Unexpected operation type: %', operation;
  END IF;
  PERFORM realtime.send(
    jsonb_build_object(
      'record', to_jsonb($6), 'old_record', to_jsonb($7), 'operation', operation, 'table', table_name,
      'schema', table_schema
    ),
    event_name, topic_name
  );
END
$$;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_publication WHERE pubname = 'supabase_realtime_messages_publication') THEN
    CREATE PUBLICATION supabase_realtime_messages_publication FOR TABLE realtime.messages WITH (publish = 'insert');
  END IF;
END
$$;
