-- Connect-Prod before the migration: NOT NULL on chat_participants and the sender index are missing.

CREATE OR REPLACE FUNCTION public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid)
  RETURNS TABLE (updated_count bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  read_point timestamptz;
BEGIN
  IF auth.uid() IS DISTINCT FROM p_user_id AND auth.role() IS DISTINCT FROM 'service_role' THEN
    RAISE EXCEPTION 'p_user_id is not the caller' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- The arrival stamp of the newest message this snapshot shows. One that is not yet committed arrived later, so
  -- it stays unread; now() would have covered it.
  SELECT max(m.updated_at) INTO read_point FROM public.chat_messages m WHERE m.chat_id = p_chat_id;
  IF NOT EXISTS (
    SELECT FROM public.chat_participants p WHERE p.chat_id = p_chat_id AND p.user_id = p_user_id
  ) THEN
    RETURN QUERY SELECT 0::bigint;
    RETURN;
  END IF;
  UPDATE public.chat_participants p SET last_read_at = read_point
    WHERE p.chat_id = p_chat_id AND p.user_id = p_user_id
      AND read_point > coalesce(p.last_read_at, '-infinity');
  -- Locked in seq order: two readers of one chat must not wait for each other in a circle.
  RETURN QUERY
    WITH pending AS (
      SELECT m.id FROM public.chat_messages m
      WHERE m.chat_id = p_chat_id AND m.sender_id <> p_user_id AND m.status <> 'read'
        AND m.deleted_at IS NULL AND m.updated_at <= read_point
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
BEGIN
  IF auth.uid() IS DISTINCT FROM p_user_id AND auth.role() IS DISTINCT FROM 'service_role' THEN
    RAISE EXCEPTION 'p_user_id is not the caller' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN (
    SELECT count(*)
    FROM public.chat_participants p
    JOIN public.chat_messages m ON m.chat_id = p.chat_id
    WHERE p.chat_id = p_chat_id AND p.user_id = p_user_id
      AND m.sender_id <> p_user_id AND m.deleted_at IS NULL
      AND m.updated_at > coalesce(p.last_read_at, '-infinity')
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
