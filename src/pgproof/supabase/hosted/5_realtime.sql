-- Schema realtime, as the Realtime service's migrations leave it (github.com/supabase/realtime, lib/realtime/tenants).
CREATE SCHEMA realtime AUTHORIZATION supabase_admin;
GRANT USAGE ON SCHEMA realtime TO postgres, anon, authenticated, service_role;
GRANT ALL ON SCHEMA realtime TO supabase_realtime_admin;

CREATE TYPE realtime.action AS ENUM ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'ERROR');
CREATE TYPE realtime.equality_op AS ENUM ('eq', 'neq', 'lt', 'lte', 'gt', 'gte', 'in');
CREATE TYPE realtime.user_defined_filter AS (column_name text, op realtime.equality_op, value text);

CREATE TABLE realtime.schema_migrations (version bigint PRIMARY KEY, inserted_at timestamp(0));

CREATE TABLE realtime.subscription (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_subscription PRIMARY KEY,
  subscription_id uuid NOT NULL,
  entity regclass NOT NULL,
  filters realtime.user_defined_filter[] NOT NULL DEFAULT '{}',
  claims jsonb NOT NULL,
  created_at timestamp NOT NULL DEFAULT timezone('utc', now())
);

-- Who may read and write a private channel is decided by policies on this table.
CREATE TABLE realtime.messages (
  topic text NOT NULL,
  extension text NOT NULL,
  payload jsonb,
  event text,
  private boolean DEFAULT false,
  updated_at timestamp NOT NULL DEFAULT now(),
  inserted_at timestamp NOT NULL DEFAULT now(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  binary_payload bytea,
  PRIMARY KEY (id, inserted_at)
) PARTITION BY RANGE (inserted_at);
-- The service makes a partition for each day and drops the old ones; here one holds every day.
CREATE TABLE realtime.messages_all_days PARTITION OF realtime.messages DEFAULT;

CREATE FUNCTION realtime.topic() RETURNS text
  LANGUAGE sql STABLE
  AS $$ SELECT nullif(current_setting('realtime.topic', true), '')::text $$;

-- A failure is a warning there, too: a broadcast must not undo what it tells of.
CREATE FUNCTION realtime.send(payload jsonb, event text, topic text, private boolean DEFAULT true) RETURNS void
  LANGUAGE plpgsql
  AS $$
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
  WHEN others THEN RAISE WARNING 'WarnSendingBroadcastMessage: %', sqlerrm;
END
$$;

CREATE FUNCTION realtime.send_binary(payload bytea, event text, topic text, private boolean DEFAULT true) RETURNS void
  LANGUAGE plpgsql
  AS $$
BEGIN
  PERFORM set_config('realtime.topic', $3, true);
  INSERT INTO realtime.messages (binary_payload, event, topic, private, extension, inserted_at, updated_at)
  VALUES ($1, $2, $3, $4, 'broadcast', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC');
EXCEPTION
  WHEN others THEN RAISE WARNING 'WarnSendingBroadcastMessage: %', sqlerrm;
END
$$;

CREATE FUNCTION realtime.broadcast_changes(
  topic_name text, event_name text, operation text, table_name text, table_schema text, new record, old record,
  level text DEFAULT 'ROW'
) RETURNS void
  LANGUAGE plpgsql
  AS $$
BEGIN
  IF level = 'STATEMENT' THEN
    RAISE EXCEPTION 'function can only be triggered for each row, not for each statement';
  END IF;
  IF operation NOT IN ('INSERT', 'UPDATE', 'DELETE') THEN
    RAISE EXCEPTION 'Unexpected operation type: %', operation;
  END IF;
  PERFORM realtime.send(
    jsonb_build_object('old_record', old, 'record', new, 'operation', operation, 'table', table_name,
      'schema', table_schema),
    event_name, topic_name
  );
END
$$;

GRANT SELECT, INSERT, UPDATE ON realtime.messages TO anon, authenticated, service_role;
GRANT SELECT ON realtime.subscription, realtime.schema_migrations TO anon, authenticated, service_role;
GRANT ALL ON realtime.messages TO dashboard_user;
GRANT ALL ON realtime.messages, realtime.subscription TO postgres WITH GRANT OPTION;
GRANT SELECT ON realtime.schema_migrations TO postgres;
