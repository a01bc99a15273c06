-- The messaging system as both environments have it. What only one of them has is in prod.sql or staging.sql.

CREATE TABLE public.chats (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  type text NOT NULL DEFAULT 'direct' CHECK (type IN ('direct', 'group')),
  name text,
  created_by uuid REFERENCES auth.users (id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  last_message_at timestamptz
);

-- chat_id and user_id are NOT NULL in staging; in production that is what 001 adds.
CREATE TABLE public.chat_participants (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  chat_id uuid REFERENCES public.chats (id) ON DELETE CASCADE,
  user_id uuid REFERENCES auth.users (id) ON DELETE CASCADE,
  joined_at timestamptz NOT NULL DEFAULT now(),
  last_read_at timestamptz,
  CONSTRAINT chat_participants_chat_id_user_id_key UNIQUE (chat_id, user_id)
);

CREATE TABLE public.chat_messages (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  chat_id uuid NOT NULL REFERENCES public.chats (id) ON DELETE CASCADE,
  sender_id uuid NOT NULL REFERENCES auth.users (id),
  message_text text,
  message_type text NOT NULL DEFAULT 'text' CHECK (message_type IN ('text', 'image', 'file', 'system')),
  media_urls text[],
  reply_to_message_id uuid REFERENCES public.chat_messages (id) ON DELETE SET NULL,
  seq bigint,
  client_generated_id uuid,
  status text DEFAULT 'sent' CHECK (status IN ('sent', 'delivered', 'read')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);

CREATE TABLE public.message_reactions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  message_id uuid NOT NULL REFERENCES public.chat_messages (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  emoji text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT message_reactions_message_id_user_id_emoji_key UNIQUE (message_id, user_id, emoji)
);

CREATE TABLE public.attachments (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  message_id uuid NOT NULL REFERENCES public.chat_messages (id) ON DELETE CASCADE,
  file_url text NOT NULL,
  file_name text NOT NULL,
  mime_type text NOT NULL,
  size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX uq_chat_messages_chat_id_seq
  ON public.chat_messages (chat_id, seq) WHERE seq IS NOT NULL;
CREATE UNIQUE INDEX uq_chat_messages_client_generated
  ON public.chat_messages (sender_id, client_generated_id) WHERE client_generated_id IS NOT NULL;
CREATE INDEX idx_chat_messages_chat_id_seq_desc
  ON public.chat_messages (chat_id, seq DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_chat_messages_status
  ON public.chat_messages (chat_id, status) WHERE deleted_at IS NULL AND status <> 'read';
CREATE INDEX idx_chat_participants_last_read ON public.chat_participants (chat_id, last_read_at);
-- For foreign keys that no index above begins with.
CREATE INDEX idx_chat_participants_user_id ON public.chat_participants (user_id);
CREATE INDEX idx_chats_created_by ON public.chats (created_by);
CREATE INDEX idx_message_reactions_user_id ON public.message_reactions (user_id);
CREATE INDEX idx_attachments_message_id ON public.attachments (message_id);

ALTER TABLE public.chats REPLICA IDENTITY FULL;
ALTER TABLE public.chat_participants REPLICA IDENTITY FULL;
ALTER TABLE public.chat_messages REPLICA IDENTITY FULL;
ALTER TABLE public.message_reactions REPLICA IDENTITY FULL;
ALTER TABLE public.attachments REPLICA IDENTITY FULL;
ALTER PUBLICATION supabase_realtime ADD TABLE
  public.chats, public.chat_participants, public.chat_messages, public.message_reactions, public.attachments;

-- Functions -----------------------------------------------------------------------------------------------------

-- pg_temp is named last in every search path: if it is left out, it comes first for the names of types, and a
-- caller's temporary type would be used in here, with the owner's rights.

-- The lock serialises the senders of one chat until they commit, so commits happen in seq order and a snapshot
-- always holds a prefix of the chat. get_unread_count relies on it.
CREATE FUNCTION public.assign_message_seq() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
BEGIN
  IF NEW.reply_to_message_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM public.chat_messages m WHERE m.id = NEW.reply_to_message_id AND m.chat_id = NEW.chat_id
  ) THEN
    -- The same words for a message of another chat and for one that does not exist: neither is the sender's to know.
    RAISE EXCEPTION 'the message replied to is not in this chat' USING ERRCODE = 'foreign_key_violation';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.chat_id::text, 0));
  IF NEW.seq IS NULL THEN
    SELECT coalesce(max(m.seq), 0) + 1 INTO NEW.seq FROM public.chat_messages m WHERE m.chat_id = NEW.chat_id;
  END IF;
  NEW.status := coalesce(NEW.status, 'sent');
  -- A client may say that it wrote a message earlier, offline, but not later than it arrived.
  NEW.created_at := least(NEW.created_at, clock_timestamp());
  RETURN NEW;
END
$$;

CREATE TRIGGER trg_assign_seq BEFORE INSERT ON public.chat_messages
  FOR EACH ROW EXECUTE FUNCTION public.assign_message_seq();

-- greatest: a message with an old created_at must not move its chat down the list.
CREATE FUNCTION public.update_chat_last_message_at() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
BEGIN
  UPDATE public.chats c
    SET last_message_at = greatest(c.last_message_at, NEW.created_at)
    WHERE c.id = NEW.chat_id;
  RETURN NULL;
END
$$;

CREATE TRIGGER trigger_update_chat_last_message_at AFTER INSERT ON public.chat_messages
  FOR EACH ROW EXECUTE FUNCTION public.update_chat_last_message_at();

-- In a schema that the API does not expose. With its owner's rights, so that a policy on chat_participants can ask
-- who takes part without selecting from its own table, which would recurse for ever.
CREATE SCHEMA private;
CREATE FUNCTION private.is_chat_member(p_chat_id uuid) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT EXISTS (
      SELECT FROM public.chat_participants p
      WHERE p.chat_id = p_chat_id AND p.user_id = auth.uid()
    )
  $$;

CREATE FUNCTION public.mark_messages_as_delivered(p_chat_id uuid, p_receiver_id uuid)
  RETURNS TABLE (updated_count bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
BEGIN
  IF auth.uid() IS DISTINCT FROM p_receiver_id AND auth.role() IS DISTINCT FROM 'service_role' THEN
    RAISE EXCEPTION 'p_receiver_id is not the caller' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN QUERY
    WITH pending AS (
      SELECT m.id FROM public.chat_messages m
      WHERE m.chat_id = p_chat_id AND m.sender_id <> p_receiver_id AND m.status = 'sent' AND m.deleted_at IS NULL
        AND EXISTS (
          SELECT FROM public.chat_participants p WHERE p.chat_id = p_chat_id AND p.user_id = p_receiver_id
        )
      ORDER BY m.seq
      FOR NO KEY UPDATE
    ), changed AS (
      UPDATE public.chat_messages m SET status = 'delivered'
      FROM pending WHERE m.id = pending.id AND m.status = 'sent'
      RETURNING 1
    )
    SELECT count(*) FROM changed;
END
$$;

CREATE FUNCTION public.get_latest_seq(p_chat_id uuid) RETURNS bigint
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$ SELECT coalesce(max(m.seq), 0) FROM public.chat_messages m WHERE m.chat_id = p_chat_id $$;

-- Row-level security --------------------------------------------------------------------------------------------

ALTER TABLE public.chats ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.chat_participants ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.chat_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.message_reactions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.attachments ENABLE ROW LEVEL SECURITY;

CREATE POLICY chats_select ON public.chats FOR SELECT TO authenticated
  USING (created_by = (SELECT auth.uid()) OR private.is_chat_member(id));
CREATE POLICY chats_insert ON public.chats FOR INSERT TO authenticated
  WITH CHECK (created_by = (SELECT auth.uid()));
CREATE POLICY chats_update ON public.chats FOR UPDATE TO authenticated
  USING (created_by = (SELECT auth.uid())) WITH CHECK (created_by = (SELECT auth.uid()));
CREATE POLICY chats_delete ON public.chats FOR DELETE TO authenticated
  USING (created_by = (SELECT auth.uid()));

CREATE POLICY chat_participants_select ON public.chat_participants FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()) OR private.is_chat_member(chat_id));
CREATE POLICY chat_participants_insert ON public.chat_participants FOR INSERT TO authenticated
  WITH CHECK (EXISTS (
    SELECT FROM public.chats c WHERE c.id = chat_id AND c.created_by = (SELECT auth.uid())
  ));
CREATE POLICY chat_participants_delete ON public.chat_participants FOR DELETE TO authenticated
  USING (user_id = (SELECT auth.uid()));

CREATE POLICY chat_messages_select ON public.chat_messages FOR SELECT TO authenticated
  USING (private.is_chat_member(chat_id));
CREATE POLICY chat_messages_insert ON public.chat_messages FOR INSERT TO authenticated
  WITH CHECK (sender_id = (SELECT auth.uid()) AND private.is_chat_member(chat_id));
CREATE POLICY chat_messages_update ON public.chat_messages FOR UPDATE TO authenticated
  USING (sender_id = (SELECT auth.uid()) AND private.is_chat_member(chat_id))
  WITH CHECK (sender_id = (SELECT auth.uid()) AND private.is_chat_member(chat_id));

-- A reaction or attachment is as visible as its message: the sub-select is subject to that table's own policies.
CREATE POLICY message_reactions_select ON public.message_reactions FOR SELECT TO authenticated
  USING (EXISTS (SELECT FROM public.chat_messages m WHERE m.id = message_id));
CREATE POLICY message_reactions_insert ON public.message_reactions FOR INSERT TO authenticated
  WITH CHECK (
    user_id = (SELECT auth.uid()) AND EXISTS (SELECT FROM public.chat_messages m WHERE m.id = message_id)
  );
CREATE POLICY message_reactions_delete ON public.message_reactions FOR DELETE TO authenticated
  USING (user_id = (SELECT auth.uid()));
CREATE POLICY attachments_select ON public.attachments FOR SELECT TO authenticated
  USING (EXISTS (SELECT FROM public.chat_messages m WHERE m.id = message_id));
CREATE POLICY attachments_insert ON public.attachments FOR INSERT TO authenticated
  WITH CHECK (EXISTS (
    SELECT FROM public.chat_messages m WHERE m.id = message_id AND m.sender_id = (SELECT auth.uid())
  ));
CREATE POLICY attachments_delete ON public.attachments FOR DELETE TO authenticated
  USING (EXISTS (
    SELECT FROM public.chat_messages m WHERE m.id = message_id AND m.sender_id = (SELECT auth.uid())
  ));

-- Grants: the API role may do what the front end does; seq, status and the stamps belong to the functions. ----------

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM anon, authenticated;
GRANT ALL ON ALL TABLES IN SCHEMA public TO service_role;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO authenticated;
GRANT INSERT (id, type, name, created_by), UPDATE (type, name), DELETE ON public.chats TO authenticated;
GRANT INSERT (id, chat_id, user_id), DELETE ON public.chat_participants TO authenticated;
GRANT
  INSERT (id, chat_id, sender_id, message_text, message_type, media_urls, reply_to_message_id, client_generated_id,
          created_at),
  UPDATE (message_text, media_urls, deleted_at)
  ON public.chat_messages TO authenticated;
GRANT INSERT (id, message_id, user_id, emoji), DELETE ON public.message_reactions TO authenticated;
GRANT INSERT (id, message_id, file_url, file_name, mime_type, size_bytes), DELETE
  ON public.attachments TO authenticated;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO service_role;
GRANT EXECUTE ON FUNCTION
  public.mark_messages_as_delivered(uuid, uuid), public.get_latest_seq(uuid)
  TO authenticated;
GRANT USAGE ON SCHEMA private TO authenticated, service_role;
REVOKE ALL ON FUNCTION private.is_chat_member(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION private.is_chat_member(uuid) TO authenticated, service_role;
