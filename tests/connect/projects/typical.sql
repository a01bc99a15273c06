-- A typical project. It has grown by what tutorials say: unread is what came after last_read_at, functions have their
-- owner's rights and search_path = public, PUBLIC may execute them, and new tables are open to the API roles, which row-level
-- security then holds back. Written by postgres; aligned.

-- As all projects had it until 2026.
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;

-- Tables ------------------------------------------------------------------------------------------------------------

CREATE TABLE public.chats (
  id uuid PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  type text NOT NULL DEFAULT 'direct' CHECK (type IN ('direct', 'group')),
  name text,
  avatar_url text,
  created_by uuid REFERENCES auth.users (id),
  created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now(),
  last_message_at timestamptz DEFAULT now()
);

CREATE TABLE public.chat_participants (
  id uuid PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  chat_id uuid NOT NULL REFERENCES public.chats (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  role text DEFAULT 'member',
  joined_at timestamptz DEFAULT now(),
  last_read_at timestamptz,
  UNIQUE (chat_id, user_id)
);

CREATE TABLE public.chat_messages (
  id uuid PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  chat_id uuid NOT NULL REFERENCES public.chats (id) ON DELETE CASCADE,
  sender_id uuid NOT NULL REFERENCES auth.users (id),
  message_text text,
  message_type text DEFAULT 'text' CHECK (message_type IN ('text', 'image', 'file', 'system')),
  media_urls text[],
  metadata jsonb DEFAULT '{}',
  reply_to_message_id uuid,
  seq bigint,
  client_generated_id uuid,
  status text DEFAULT 'sent',
  created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now(),
  deleted_at timestamptz,
  CONSTRAINT fk_reply FOREIGN KEY (reply_to_message_id) REFERENCES public.chat_messages (id),
  CONSTRAINT valid_status CHECK (status IN ('sent', 'delivered', 'read'))
);

CREATE TABLE public.message_reactions (
  id uuid PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  message_id uuid NOT NULL REFERENCES public.chat_messages (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  emoji text NOT NULL,
  created_at timestamptz DEFAULT now(),
  UNIQUE (message_id, user_id, emoji)
);

CREATE TABLE public.attachments (
  id uuid PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  message_id uuid REFERENCES public.chat_messages (id) ON DELETE CASCADE,
  url text NOT NULL,
  kind text,
  size int,
  created_at timestamptz DEFAULT now()
);

-- Indexes -----------------------------------------------------------------------------------------------------------

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

-- Realtime ----------------------------------------------------------------------------------------------------------

ALTER TABLE public.chats REPLICA IDENTITY FULL;
ALTER TABLE public.chat_participants REPLICA IDENTITY FULL;
ALTER TABLE public.chat_messages REPLICA IDENTITY FULL;
ALTER TABLE public.message_reactions REPLICA IDENTITY FULL;
ALTER TABLE public.attachments REPLICA IDENTITY FULL;
ALTER PUBLICATION supabase_realtime ADD TABLE
  public.chats, public.chat_participants, public.chat_messages, public.message_reactions, public.attachments;

-- Functions and triggers --------------------------------------------------------------------------------------------

CREATE FUNCTION public.assign_message_seq() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
  AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext(NEW.chat_id::text));
  SELECT COALESCE(MAX(seq), 0) + 1 INTO NEW.seq FROM chat_messages WHERE chat_id = NEW.chat_id;
  IF NEW.status IS NULL THEN
    NEW.status := 'sent';
  END IF;
  RETURN NEW;
END;
$$;
CREATE TRIGGER trg_assign_seq BEFORE INSERT ON public.chat_messages
  FOR EACH ROW EXECUTE FUNCTION public.assign_message_seq();

CREATE FUNCTION public.update_chat_last_message_at() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
  AS $$
BEGIN
  UPDATE chats SET last_message_at = NEW.created_at WHERE id = NEW.chat_id;
  RETURN NEW;
END;
$$;
CREATE TRIGGER trigger_update_chat_last_message_at AFTER INSERT ON public.chat_messages
  FOR EACH ROW EXECUTE FUNCTION public.update_chat_last_message_at();

CREATE FUNCTION public.is_chat_participant(p_chat_id uuid) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$ SELECT EXISTS (SELECT 1 FROM chat_participants WHERE chat_id = p_chat_id AND user_id = auth.uid()) $$;

CREATE FUNCTION public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid) RETURNS TABLE (updated_count bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
  AS $$
DECLARE
  n bigint;
BEGIN
  IF auth.uid() IS DISTINCT FROM p_user_id THEN
    RAISE EXCEPTION 'not allowed';
  END IF;
  UPDATE chat_messages SET status = 'read', updated_at = now()
    WHERE chat_id = p_chat_id AND sender_id <> p_user_id AND status <> 'read';
  GET DIAGNOSTICS n = ROW_COUNT;
  UPDATE chat_participants SET last_read_at = now() WHERE chat_id = p_chat_id AND user_id = p_user_id;
  RETURN QUERY SELECT n;
END;
$$;

CREATE FUNCTION public.mark_messages_as_delivered(p_chat_id uuid, p_receiver_id uuid)
  RETURNS TABLE (updated_count bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
  AS $$
DECLARE
  n bigint;
BEGIN
  IF auth.uid() IS DISTINCT FROM p_receiver_id THEN
    RAISE EXCEPTION 'not allowed';
  END IF;
  UPDATE chat_messages SET status = 'delivered'
    WHERE chat_id = p_chat_id AND sender_id <> p_receiver_id AND status = 'sent';
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN QUERY SELECT n;
END;
$$;

CREATE FUNCTION public.get_unread_count(p_chat_id uuid, p_user_id uuid) RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$
  SELECT COUNT(*)
  FROM chat_messages m
  JOIN chat_participants p ON p.chat_id = m.chat_id AND p.user_id = p_user_id
  WHERE m.chat_id = p_chat_id
    AND m.sender_id <> p_user_id
    AND m.deleted_at IS NULL
    AND m.created_at > COALESCE(p.last_read_at, 'epoch')
    AND p_user_id = auth.uid()
$$;

CREATE FUNCTION public.get_latest_seq(p_chat_id uuid) RETURNS bigint
  LANGUAGE sql STABLE SET search_path = public
  AS $$ SELECT COALESCE(MAX(seq), 0) FROM chat_messages WHERE chat_id = p_chat_id $$;

-- Other calls of the app, which have nothing to do with the migration.
CREATE FUNCTION public.get_or_create_direct_chat(p_other uuid) RETURNS uuid
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
  AS $$
DECLARE
  found uuid;
BEGIN
  IF auth.uid() IS NULL THEN
    RAISE EXCEPTION 'sign in first';
  END IF;
  SELECT c.id INTO found
    FROM chats c
    JOIN chat_participants mine ON mine.chat_id = c.id AND mine.user_id = auth.uid()
    JOIN chat_participants theirs ON theirs.chat_id = c.id AND theirs.user_id = p_other
    WHERE c.type = 'direct' LIMIT 1;
  IF found IS NULL THEN
    INSERT INTO chats (type, created_by) VALUES ('direct', auth.uid()) RETURNING id INTO found;
    INSERT INTO chat_participants (chat_id, user_id) VALUES (found, auth.uid()), (found, p_other);
  END IF;
  RETURN found;
END;
$$;
CREATE FUNCTION public.leave_chat(p_chat_id uuid) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = public
  AS $$ DELETE FROM chat_participants WHERE chat_id = p_chat_id AND user_id = auth.uid() $$;

-- Row-level security ------------------------------------------------------------------------------------------------

ALTER TABLE public.chats ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.chat_participants ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.chat_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.message_reactions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.attachments ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Users can view their chats" ON public.chats FOR SELECT TO authenticated
  USING (public.is_chat_participant(id) OR created_by = (SELECT auth.uid()));
CREATE POLICY "Users can create chats" ON public.chats FOR INSERT TO authenticated
  WITH CHECK (created_by = (SELECT auth.uid()));
CREATE POLICY "Participants see participants" ON public.chat_participants FOR SELECT TO authenticated
  USING (public.is_chat_participant(chat_id));
CREATE POLICY "Creators add participants" ON public.chat_participants FOR INSERT TO authenticated
  WITH CHECK (EXISTS (SELECT 1 FROM public.chats c WHERE c.id = chat_id AND c.created_by = (SELECT auth.uid())));
CREATE POLICY "Users can view messages in their chats" ON public.chat_messages FOR SELECT TO authenticated
  USING (public.is_chat_participant(chat_id));
CREATE POLICY "Users can send messages" ON public.chat_messages FOR INSERT TO authenticated
  WITH CHECK (sender_id = (SELECT auth.uid()) AND public.is_chat_participant(chat_id));
CREATE POLICY "Users can edit own messages" ON public.chat_messages FOR UPDATE TO authenticated
  USING (sender_id = (SELECT auth.uid())) WITH CHECK (sender_id = (SELECT auth.uid()));
CREATE POLICY "View reactions" ON public.message_reactions FOR SELECT TO authenticated
  USING (EXISTS (SELECT 1 FROM public.chat_messages m WHERE m.id = message_id));
CREATE POLICY "React" ON public.message_reactions FOR INSERT TO authenticated
  WITH CHECK (user_id = (SELECT auth.uid()));
CREATE POLICY "View attachments" ON public.attachments FOR SELECT TO authenticated
  USING (EXISTS (SELECT 1 FROM public.chat_messages m WHERE m.id = message_id));

-- Rows --------------------------------------------------------------------------------------------------------------

INSERT INTO auth.users (id, aud, role, email, email_confirmed_at, raw_user_meta_data, created_at, updated_at)
  SELECT format('00000000-0000-4000-8000-%s', lpad(n::text, 12, '0'))::uuid, 'authenticated', 'authenticated',
    name || '@example.com', '2026-09-01', jsonb_build_object('name', initcap(name)), '2026-09-01', '2026-09-01'
  FROM unnest(ARRAY['ana', 'ben', 'chidi', 'dora', 'emre']) WITH ORDINALITY AS people (name, n)
  ON CONFLICT DO NOTHING;
INSERT INTO public.chats (id, type, name, created_by, created_at) VALUES
  ('c0000000-0000-4000-8000-000000000001', 'direct', NULL, '00000000-0000-4000-8000-000000000001', '2026-10-01 09:00Z'),
  ('c0000000-0000-4000-8000-000000000002', 'group', 'Launch', '00000000-0000-4000-8000-000000000002', '2026-10-02 09:00Z'),
  ('c0000000-0000-4000-8000-000000000003', 'direct', NULL, '00000000-0000-4000-8000-000000000004', '2026-10-03 09:00Z');
INSERT INTO public.chat_participants (chat_id, user_id, role, joined_at)
  SELECT c.id, u.id, CASE WHEN u.id = c.created_by THEN 'owner' ELSE 'member' END, c.created_at
  FROM (VALUES (1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (2, 4), (3, 4), (3, 5)) AS member (chat, person)
  JOIN public.chats c ON c.id::text LIKE '%' || chat
  JOIN auth.users u ON u.id::text LIKE '%' || person;
-- The trigger numbers them in this order; each member of a chat writes in turn.
INSERT INTO public.chat_messages
    (chat_id, sender_id, message_text, message_type, media_urls, client_generated_id, status, created_at)
  SELECT p.chat_id, p.user_id,
    (ARRAY['Are we still on for Friday?', 'Yes, at ten.', 'I will bring the slides 👍', 'مرحبا', 'See the picture', 'Done.'])[1 + n % 6],
    CASE WHEN n % 6 = 4 THEN 'image' ELSE 'text' END,
    CASE WHEN n % 6 = 4 THEN ARRAY['https://files.example.com/' || n || '.png'] END,
    extensions.uuid_generate_v4(), CASE WHEN n < 9 THEN 'read' ELSE 'sent' END,
    timestamptz '2026-10-05 08:00Z' + n * interval '7 minutes'
  FROM generate_series(0, 15) AS n
  CROSS JOIN LATERAL (
    SELECT q.chat_id, q.user_id, row_number() OVER w - 1 AS place, count(*) OVER (PARTITION BY q.chat_id) AS members
    FROM public.chat_participants q
    WINDOW w AS (PARTITION BY q.chat_id ORDER BY q.user_id)
  ) AS p
  WHERE p.place = n % p.members
  ORDER BY n;
UPDATE public.chat_messages m SET reply_to_message_id = r.id
  FROM public.chat_messages r WHERE r.chat_id = m.chat_id AND r.seq = m.seq - 2 AND m.seq IN (4, 9);
UPDATE public.chat_messages SET deleted_at = created_at + interval '1 minute' WHERE seq = 12;
UPDATE public.chat_participants p SET last_read_at = m.created_at
  FROM public.chat_messages m WHERE m.chat_id = p.chat_id AND m.seq = 9 AND p.user_id::text NOT LIKE '%3';
INSERT INTO public.message_reactions (message_id, user_id, emoji)
  SELECT m.id, p.user_id, '👍'
  FROM public.chat_messages m JOIN public.chat_participants p ON p.chat_id = m.chat_id AND p.user_id <> m.sender_id
  WHERE m.seq = 3;
INSERT INTO public.attachments (message_id, url, kind, size)
  SELECT id, media_urls[1], 'image', 24000 FROM public.chat_messages WHERE media_urls IS NOT NULL;
