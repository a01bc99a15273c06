-- A project whose engineers took every advice there is. What is different about it:
-- nothing in public is for PUBLIC, neither the schema nor a function, now or later; each grant names its columns; functions
-- have an empty search path and let a caller act for nobody else; who takes part is asked in a schema that the API does
-- not serve; a restrictive policy keeps suspended people from writing. Written by postgres; aligned.

REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE SCHEMA private;
GRANT USAGE ON SCHEMA private TO authenticated, service_role;

CREATE TABLE private.suspensions (
  user_id uuid PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE,
  until timestamptz NOT NULL,
  reason text NOT NULL CHECK (reason <> '')
);
ALTER TABLE private.suspensions ENABLE ROW LEVEL SECURITY;

-- Messaging ---------------------------------------------------------------------------------------------------------

CREATE TABLE public.chats (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  type text NOT NULL DEFAULT 'direct' CONSTRAINT chats_type_known CHECK (type = ANY ('{direct,group}')),
  name text CONSTRAINT chats_name_length CHECK (char_length(name) BETWEEN 1 AND 80),
  created_by uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  last_message_at timestamptz,
  CONSTRAINT chats_groups_have_names CHECK (type <> 'group' OR name IS NOT NULL)
);

CREATE TABLE public.chat_participants (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  chat_id uuid NOT NULL REFERENCES public.chats (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  joined_at timestamptz NOT NULL DEFAULT now(),
  last_read_at timestamptz,
  CONSTRAINT chat_participants_chat_id_user_id_key UNIQUE (chat_id, user_id)
);

CREATE TABLE public.chat_messages (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  chat_id uuid NOT NULL REFERENCES public.chats (id) ON DELETE CASCADE,
  sender_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE RESTRICT,
  message_text text,
  message_type text NOT NULL DEFAULT 'text',
  media_urls text[],
  reply_to_message_id uuid REFERENCES public.chat_messages (id) ON DELETE SET NULL,
  seq bigint NOT NULL,
  client_generated_id uuid,
  status text NOT NULL DEFAULT 'sent',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  CONSTRAINT chat_messages_seq_positive CHECK (seq > 0),
  CONSTRAINT chat_messages_not_empty CHECK (num_nonnulls(message_text, media_urls) > 0),
  CONSTRAINT chat_messages_type_known CHECK (message_type IN ('text', 'image', 'file', 'system')),
  CONSTRAINT chat_messages_status_known CHECK (status IN ('sent', 'delivered', 'read'))
);

CREATE TABLE public.message_reactions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  message_id uuid NOT NULL REFERENCES public.chat_messages (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  emoji text NOT NULL CHECK (char_length(emoji) <= 8),
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (message_id, user_id, emoji)
);

CREATE TABLE public.attachments (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  message_id uuid NOT NULL REFERENCES public.chat_messages (id) ON DELETE CASCADE,
  object_id uuid NOT NULL UNIQUE,
  content_type text NOT NULL,
  bytes bigint NOT NULL CHECK (bytes > 0),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX uq_chat_messages_chat_id_seq ON public.chat_messages (chat_id, seq) WHERE seq IS NOT NULL;
CREATE UNIQUE INDEX uq_chat_messages_client_generated
  ON public.chat_messages (sender_id, client_generated_id) WHERE client_generated_id IS NOT NULL;
CREATE INDEX idx_chat_messages_chat_id_seq_desc ON public.chat_messages (chat_id, seq DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_chat_messages_status
  ON public.chat_messages (chat_id, status) WHERE deleted_at IS NULL AND status <> 'read';
CREATE INDEX idx_chat_messages_sender_id ON public.chat_messages (sender_id);
CREATE INDEX idx_chat_messages_reply_to ON public.chat_messages (reply_to_message_id);
CREATE INDEX idx_chat_participants_last_read ON public.chat_participants (chat_id, last_read_at);
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

-- Functions and triggers --------------------------------------------------------------------------------------------

CREATE FUNCTION private.stamp() RETURNS trigger
  LANGUAGE plpgsql SET search_path = ''
  AS $$
BEGIN
  NEW.updated_at := pg_catalog.now();
  RETURN NEW;
END
$$;
CREATE TRIGGER stamp BEFORE UPDATE ON public.chats FOR EACH ROW EXECUTE FUNCTION private.stamp();
CREATE TRIGGER stamp BEFORE UPDATE ON public.chat_messages FOR EACH ROW EXECUTE FUNCTION private.stamp();

CREATE FUNCTION private.takes_part(chat uuid) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
  AS $$
    SELECT EXISTS (
      SELECT FROM public.chat_participants p WHERE p.chat_id = chat AND p.user_id = (SELECT auth.uid())
    )
  $$;
CREATE FUNCTION private.is_suspended() RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
  AS $$
    SELECT EXISTS (SELECT FROM private.suspensions s WHERE s.user_id = (SELECT auth.uid()) AND s.until > pg_catalog.now())
  $$;
CREATE FUNCTION private.require_caller(person uuid) RETURNS void
  LANGUAGE plpgsql STABLE SET search_path = ''
  AS $$
BEGIN
  IF (SELECT auth.uid()) IS DISTINCT FROM person AND (SELECT auth.role()) IS DISTINCT FROM 'service_role' THEN
    RAISE EXCEPTION 'permission denied for another user' USING ERRCODE = '42501';
  END IF;
END
$$;
GRANT EXECUTE ON FUNCTION private.takes_part(uuid), private.is_suspended() TO authenticated, service_role;

CREATE FUNCTION public.assign_message_seq() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
  AS $$
BEGIN
  PERFORM pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(NEW.chat_id::text, 0));
  NEW.seq := 1 + coalesce(
    (SELECT m.seq FROM public.chat_messages m WHERE m.chat_id = NEW.chat_id ORDER BY m.seq DESC LIMIT 1), 0);
  NEW.status := coalesce(NEW.status, 'sent');
  RETURN NEW;
END
$$;
CREATE TRIGGER trg_assign_seq BEFORE INSERT ON public.chat_messages
  FOR EACH ROW EXECUTE FUNCTION public.assign_message_seq();

CREATE FUNCTION public.update_chat_last_message_at() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
  AS $$
BEGIN
  UPDATE public.chats c SET last_message_at = greatest(c.last_message_at, NEW.created_at) WHERE c.id = NEW.chat_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER trigger_update_chat_last_message_at AFTER INSERT ON public.chat_messages
  FOR EACH ROW EXECUTE FUNCTION public.update_chat_last_message_at();

CREATE FUNCTION public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid) RETURNS TABLE (updated_count bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
  AS $$
BEGIN
  PERFORM private.require_caller(p_user_id);
  UPDATE public.chat_participants p SET last_read_at = pg_catalog.now()
    WHERE p.chat_id = p_chat_id AND p.user_id = p_user_id;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 0::bigint;
    RETURN;
  END IF;
  RETURN QUERY
    WITH marked AS (
      UPDATE public.chat_messages m SET status = 'read'
      WHERE m.chat_id = p_chat_id AND m.sender_id <> p_user_id AND m.status <> 'read' AND m.deleted_at IS NULL
      RETURNING 1
    )
    SELECT count(*) FROM marked;
END
$$;

CREATE FUNCTION public.mark_messages_as_delivered(p_chat_id uuid, p_receiver_id uuid)
  RETURNS TABLE (updated_count bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
  AS $$
BEGIN
  PERFORM private.require_caller(p_receiver_id);
  RETURN QUERY
    WITH marked AS (
      UPDATE public.chat_messages m SET status = 'delivered'
      WHERE m.chat_id = p_chat_id AND m.sender_id <> p_receiver_id AND m.status = 'sent' AND m.deleted_at IS NULL
        AND EXISTS (
          SELECT FROM public.chat_participants p WHERE p.chat_id = p_chat_id AND p.user_id = p_receiver_id
        )
      RETURNING 1
    )
    SELECT count(*) FROM marked;
END
$$;

CREATE FUNCTION public.get_unread_count(p_chat_id uuid, p_user_id uuid) RETURNS bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = ''
  AS $$
BEGIN
  PERFORM private.require_caller(p_user_id);
  RETURN (
    SELECT count(*)
    FROM public.chat_participants p
    JOIN public.chat_messages m ON m.chat_id = p.chat_id AND m.sender_id <> p.user_id AND m.deleted_at IS NULL
    WHERE p.chat_id = p_chat_id AND p.user_id = p_user_id
      AND m.created_at > coalesce(p.last_read_at, '-infinity'::timestamptz)
  );
END
$$;

-- With the caller's rights: who is not in the chat gets 0.
CREATE FUNCTION public.get_latest_seq(p_chat_id uuid) RETURNS bigint
  LANGUAGE sql STABLE SET search_path = ''
  AS $$ SELECT coalesce(max(m.seq), 0) FROM public.chat_messages m WHERE m.chat_id = p_chat_id $$;

GRANT EXECUTE ON FUNCTION
  public.mark_messages_as_read(uuid, uuid), public.mark_messages_as_delivered(uuid, uuid),
  public.get_unread_count(uuid, uuid), public.get_latest_seq(uuid)
  TO authenticated, service_role;

-- Row-level security and grants -------------------------------------------------------------------------------------

ALTER TABLE public.chats ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.chat_participants ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.chat_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.message_reactions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.attachments ENABLE ROW LEVEL SECURITY;
CREATE POLICY see_own_chats ON public.chats FOR SELECT TO authenticated
  USING (created_by = (SELECT auth.uid()) OR private.takes_part(id));
CREATE POLICY open_chat ON public.chats FOR INSERT TO authenticated WITH CHECK (created_by = (SELECT auth.uid()));
CREATE POLICY see_members ON public.chat_participants FOR SELECT TO authenticated USING (private.takes_part(chat_id));
CREATE POLICY add_member ON public.chat_participants FOR INSERT TO authenticated
  WITH CHECK (chat_id IN (SELECT c.id FROM public.chats c WHERE c.created_by = (SELECT auth.uid())));
CREATE POLICY read_messages ON public.chat_messages FOR SELECT TO authenticated USING (private.takes_part(chat_id));
CREATE POLICY send_message ON public.chat_messages FOR INSERT TO authenticated
  WITH CHECK (sender_id = (SELECT auth.uid()) AND private.takes_part(chat_id));
CREATE POLICY change_own_message ON public.chat_messages FOR UPDATE TO authenticated
  USING (sender_id = (SELECT auth.uid())) WITH CHECK (sender_id = (SELECT auth.uid()));
CREATE POLICY not_while_suspended ON public.chat_messages AS RESTRICTIVE FOR INSERT TO authenticated
  WITH CHECK (NOT (SELECT private.is_suspended()));
CREATE POLICY see_reactions ON public.message_reactions FOR SELECT TO authenticated
  USING (EXISTS (SELECT FROM public.chat_messages m WHERE m.id = message_id));
CREATE POLICY react ON public.message_reactions FOR INSERT TO authenticated
  WITH CHECK (
    user_id = (SELECT auth.uid()) AND EXISTS (SELECT FROM public.chat_messages m WHERE m.id = message_id)
  );
CREATE POLICY take_reaction_back ON public.message_reactions FOR DELETE TO authenticated
  USING (user_id = (SELECT auth.uid()));
CREATE POLICY see_attachments ON public.attachments FOR SELECT TO authenticated
  USING (EXISTS (SELECT FROM public.chat_messages m WHERE m.id = message_id));

GRANT SELECT, INSERT (id, type, name, created_by), UPDATE (name) ON public.chats TO authenticated;
GRANT SELECT, INSERT (id, chat_id, user_id) ON public.chat_participants TO authenticated;
GRANT
  SELECT,
  INSERT (id, chat_id, sender_id, message_text, message_type, media_urls, reply_to_message_id, client_generated_id),
  UPDATE (message_text, media_urls, deleted_at)
  ON public.chat_messages TO authenticated;
GRANT SELECT, INSERT (id, message_id, user_id, emoji), DELETE ON public.message_reactions TO authenticated;
GRANT SELECT ON public.attachments TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON
  public.chats, public.chat_participants, public.chat_messages, public.message_reactions, public.attachments
  TO service_role;

-- Rows --------------------------------------------------------------------------------------------------------------

INSERT INTO auth.users (id, aud, role, email, email_confirmed_at, raw_user_meta_data, created_at, updated_at)
  SELECT format('00000000-0000-4000-8000-%s', lpad(n::text, 12, '0'))::uuid, 'authenticated', 'authenticated',
    name || '@example.com', '2026-09-01', jsonb_build_object('name', initcap(name)), '2026-09-01', '2026-09-01'
  FROM unnest(ARRAY['ana', 'ben', 'chidi', 'dora', 'emre']) WITH ORDINALITY AS people (name, n)
  ON CONFLICT DO NOTHING;
INSERT INTO private.suspensions (user_id, until, reason) VALUES
  ('00000000-0000-4000-8000-000000000005', '2026-01-31', 'Advertising');
INSERT INTO public.chats (id, type, name, created_by, created_at) VALUES
  ('c0000000-0000-4000-8000-000000000001', 'direct', NULL, '00000000-0000-4000-8000-000000000001', '2026-10-01'),
  ('c0000000-0000-4000-8000-000000000002', 'group', 'On call', '00000000-0000-4000-8000-000000000003', '2026-10-01');
INSERT INTO public.chat_participants (chat_id, user_id, joined_at)
  SELECT c.id, u.id, c.created_at
  FROM (VALUES (1, 1), (1, 2), (2, 2), (2, 3), (2, 4), (2, 5)) AS seat (chat, person)
  JOIN public.chats c ON c.id::text LIKE '%' || chat
  JOIN auth.users u ON u.id::text LIKE '%' || person;
INSERT INTO public.chat_messages
    (chat_id, sender_id, message_text, message_type, media_urls, client_generated_id, status, created_at)
  SELECT p.chat_id, p.user_id,
    CASE WHEN n % 6 = 5 THEN NULL ELSE (ARRAY['Pager went off', 'Looking', 'A disk again', 'Resolved ✅', 'Thanks'])[1 + n % 5] END,
    CASE WHEN n % 6 = 5 THEN 'image' ELSE 'text' END,
    CASE WHEN n % 6 = 5 THEN ARRAY['https://files.example.com/graph-' || n || '.png'] END,
    gen_random_uuid(), CASE WHEN n < 12 THEN 'read' WHEN n < 16 THEN 'delivered' ELSE 'sent' END,
    timestamptz '2026-10-09 22:00Z' + n * interval '5 minutes'
  FROM generate_series(0, 19) AS n
  CROSS JOIN LATERAL (
    SELECT q.chat_id, q.user_id, row_number() OVER w - 1 AS place, count(*) OVER (PARTITION BY q.chat_id) AS members
    FROM public.chat_participants q
    WINDOW w AS (PARTITION BY q.chat_id ORDER BY q.user_id)
  ) AS p
  WHERE p.place = n % p.members
  ORDER BY n;
UPDATE public.chat_messages m SET reply_to_message_id = r.id
  FROM public.chat_messages r WHERE r.chat_id = m.chat_id AND r.seq = m.seq - 3 AND m.seq % 7 = 0;
UPDATE public.chat_messages SET deleted_at = created_at + interval '1 minute' WHERE seq IN (11, 18);
UPDATE public.chat_participants p SET last_read_at = m.created_at
  FROM public.chat_messages m WHERE m.chat_id = p.chat_id AND m.seq = 12 AND p.user_id::text NOT LIKE '%4';
INSERT INTO public.message_reactions (message_id, user_id, emoji)
  SELECT m.id, p.user_id, '✅'
  FROM public.chat_messages m JOIN public.chat_participants p ON p.chat_id = m.chat_id AND p.user_id <> m.sender_id
  WHERE m.seq = 4;
INSERT INTO public.attachments (message_id, object_id, content_type, bytes)
  SELECT id, gen_random_uuid(), 'image/png', 12000 FROM public.chat_messages WHERE message_type = 'image';
