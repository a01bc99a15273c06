-- Connect-Prod before the migration: NOT NULL on chat_participants and the sender index are missing.

CREATE OR REPLACE FUNCTION public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid)
  RETURNS TABLE (updated_count bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  read_seq bigint;
  read_stamp timestamptz;
BEGIN
  IF auth.uid() IS DISTINCT FROM p_user_id AND auth.role() IS DISTINCT FROM 'service_role' THEN
    RAISE EXCEPTION 'p_user_id is not the caller' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- One device of a reader after the other, so that the one with the older view cannot finish last.
  PERFORM FROM public.chat_participants p WHERE p.chat_id = p_chat_id AND p.user_id = p_user_id
    FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 0::bigint;
    RETURN;
  END IF;
  -- What is read is all of the chat that this statement sees, up to the highest seq. The read point is the time of that
  -- very message, by which get_unread_count finds its seq again; now() would cover messages that are not yet committed.
  -- Of messages with one and the same time the second one counts as a microsecond later, and so on.
  SELECT m.seq, m.created_at INTO read_seq, read_stamp
    FROM public.chat_messages m
    WHERE m.chat_id = p_chat_id AND m.seq IS NOT NULL AND m.created_at IS NOT NULL
    ORDER BY m.seq DESC LIMIT 1;
  read_stamp := read_stamp + ((
    SELECT count(*) FROM public.chat_messages m
    WHERE m.chat_id = p_chat_id AND m.created_at = read_stamp AND m.seq < read_seq
  ) * interval '1 microsecond');
  UPDATE public.chat_participants p SET last_read_at = read_stamp
    WHERE p.chat_id = p_chat_id AND p.user_id = p_user_id
      AND read_stamp IS NOT NULL AND p.last_read_at IS DISTINCT FROM read_stamp;
  -- Locked in seq order: two readers of one chat must not wait for each other in a circle.
  RETURN QUERY
    WITH pending AS (
      SELECT m.id FROM public.chat_messages m
      WHERE m.chat_id = p_chat_id AND m.sender_id <> p_user_id AND m.status <> 'read'
        AND m.deleted_at IS NULL AND m.seq <= read_seq
      ORDER BY m.seq
      FOR NO KEY UPDATE
    ), changed AS (
      UPDATE public.chat_messages m SET status = 'read'
      FROM pending WHERE m.id = pending.id
      RETURNING 1
    )
    SELECT count(*) FROM changed;
END
$$;

CREATE OR REPLACE FUNCTION public.get_unread_count(p_chat_id uuid, p_user_id uuid) RETURNS bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  read_stamp timestamptz;
  read_seq bigint;
BEGIN
  IF auth.uid() IS DISTINCT FROM p_user_id AND auth.role() IS DISTINCT FROM 'service_role' THEN
    RAISE EXCEPTION 'p_user_id is not the caller' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT p.last_read_at INTO read_stamp
    FROM public.chat_participants p WHERE p.chat_id = p_chat_id AND p.user_id = p_user_id;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  -- The seq up to which was read: that of the message with the time of the read point. A read point that something
  -- else set, such as now(), is not a message's time; then all that is not newer counts as read.
  read_seq := coalesce(
    (SELECT max(same.seq) FROM (
       SELECT m.seq, m.created_at + row_number() OVER (PARTITION BY m.created_at ORDER BY m.seq) * interval '1 microsecond'
           - interval '1 microsecond' AS stamp
       FROM public.chat_messages m
       WHERE m.chat_id = p_chat_id
         AND m.created_at BETWEEN read_stamp - interval '1 second' AND read_stamp
     ) AS same WHERE same.stamp = read_stamp),
    (SELECT max(m.seq) FROM public.chat_messages m WHERE m.chat_id = p_chat_id AND m.created_at <= read_stamp),
    0);
  RETURN (
    SELECT count(*) FROM public.chat_messages m
    WHERE m.chat_id = p_chat_id AND m.seq > read_seq AND m.sender_id <> p_user_id AND m.deleted_at IS NULL
  );
END
$$;

-- PUBLIC can call a function that is created anew, and so can anon through the default privileges of a project.
REVOKE ALL ON FUNCTION
  public.mark_messages_as_read(uuid, uuid), public.get_unread_count(uuid, uuid)
  FROM PUBLIC, anon;
GRANT EXECUTE ON FUNCTION
  public.mark_messages_as_read(uuid, uuid), public.get_unread_count(uuid, uuid)
  TO authenticated, service_role;

CREATE INDEX idx_chat_messages_reply_to ON public.chat_messages (reply_to_message_id);
