CREATE TYPE pgmq.message_record AS (
  msg_id bigint, read_ct integer, enqueued_at timestamptz, vt timestamptz, message jsonb, headers jsonb
);
CREATE TYPE pgmq.queue_record AS (
  queue_name varchar, is_partitioned boolean, is_unlogged boolean, created_at timestamptz
);
CREATE TABLE pgmq.meta (
  queue_name varchar NOT NULL UNIQUE,
  is_partitioned boolean NOT NULL DEFAULT false,
  is_unlogged boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now()
);
GRANT ALL ON pgmq.meta TO postgres;

CREATE FUNCTION pgmq.create(queue_name text) RETURNS void LANGUAGE plpgsql
  AS $$
BEGIN
  EXECUTE format(
    'CREATE TABLE IF NOT EXISTS pgmq.%I (msg_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,'
    ' read_ct integer NOT NULL DEFAULT 0, enqueued_at timestamptz NOT NULL DEFAULT now(), vt timestamptz NOT NULL,'
    ' message jsonb, headers jsonb)', 'q_' || lower(queue_name));
  EXECUTE format(
    'CREATE TABLE IF NOT EXISTS pgmq.%I (msg_id bigint PRIMARY KEY, read_ct integer NOT NULL DEFAULT 0,'
    ' enqueued_at timestamptz NOT NULL DEFAULT now(), archived_at timestamptz NOT NULL DEFAULT now(),'
    ' vt timestamptz NOT NULL, message jsonb, headers jsonb)', 'a_' || lower(queue_name));
  INSERT INTO pgmq.meta (queue_name) VALUES ($1) ON CONFLICT DO NOTHING;
END
$$;
CREATE FUNCTION pgmq.drop_queue(queue_name text) RETURNS boolean LANGUAGE plpgsql
  AS $$
BEGIN
  EXECUTE format('DROP TABLE IF EXISTS pgmq.%I, pgmq.%I', 'q_' || lower(queue_name), 'a_' || lower(queue_name));
  DELETE FROM pgmq.meta m WHERE m.queue_name = $1;
  RETURN FOUND;
END
$$;
CREATE FUNCTION pgmq.list_queues() RETURNS SETOF pgmq.queue_record LANGUAGE sql
  AS $$ SELECT queue_name, is_partitioned, is_unlogged, created_at FROM pgmq.meta $$;
CREATE FUNCTION pgmq.send(queue_name text, msg jsonb, delay integer DEFAULT 0) RETURNS SETOF bigint LANGUAGE plpgsql
  AS $$
BEGIN
  RETURN QUERY EXECUTE format(
    'INSERT INTO pgmq.%I (vt, message) VALUES (clock_timestamp() + make_interval(secs => $1), $2) RETURNING msg_id',
    'q_' || lower(queue_name)) USING delay, msg;
END
$$;
CREATE FUNCTION pgmq.read(queue_name text, vt integer, qty integer) RETURNS SETOF pgmq.message_record LANGUAGE plpgsql
  AS $$
BEGIN
  RETURN QUERY EXECUTE format(
    'UPDATE pgmq.%1$I m SET vt = clock_timestamp() + make_interval(secs => $1), read_ct = read_ct + 1'
    ' WHERE msg_id IN (SELECT msg_id FROM pgmq.%1$I WHERE vt <= clock_timestamp() ORDER BY msg_id LIMIT $2'
    ' FOR UPDATE SKIP LOCKED) RETURNING m.msg_id, m.read_ct, m.enqueued_at, m.vt, m.message, m.headers',
    'q_' || lower(queue_name)) USING vt, qty;
END
$$;
CREATE FUNCTION pgmq.pop(queue_name text) RETURNS SETOF pgmq.message_record LANGUAGE plpgsql
  AS $$
BEGIN
  RETURN QUERY EXECUTE format(
    'DELETE FROM pgmq.%1$I m WHERE msg_id = (SELECT msg_id FROM pgmq.%1$I WHERE vt <= clock_timestamp() ORDER BY msg_id'
    ' LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING m.msg_id, m.read_ct, m.enqueued_at, m.vt, m.message, m.headers',
    'q_' || lower(queue_name));
END
$$;
CREATE FUNCTION pgmq.delete(queue_name text, msg_id bigint) RETURNS boolean LANGUAGE plpgsql
  AS $$
DECLARE
  gone bigint;
BEGIN
  EXECUTE format('DELETE FROM pgmq.%I m WHERE m.msg_id = $1 RETURNING m.msg_id', 'q_' || lower(queue_name))
    INTO gone USING msg_id;
  RETURN gone IS NOT NULL;
END
$$;
CREATE FUNCTION pgmq.archive(queue_name text, msg_id bigint) RETURNS boolean LANGUAGE plpgsql
  AS $$
DECLARE
  gone bigint;
BEGIN
  EXECUTE format(
    'WITH gone AS (DELETE FROM pgmq.%I m WHERE m.msg_id = $1 RETURNING *) INSERT INTO pgmq.%I (msg_id, vt, read_ct,'
    ' enqueued_at, message, headers) SELECT msg_id, vt, read_ct, enqueued_at, message, headers FROM gone RETURNING msg_id',
    'q_' || lower(queue_name), 'a_' || lower(queue_name)) INTO gone USING msg_id;
  RETURN gone IS NOT NULL;
END
$$;
