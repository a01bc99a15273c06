-- A community app. What is different about it:
-- varchar(n) where others have text; several indexes on the same columns, partial ones and NULLS LAST; the guide's indexes on
-- sender, reply and last_read are there by other names, the sender's with created_at as a second column; functions in
-- plain SQL without any search_path, and open to anon and PUBLIC, as older default privileges have it; the seq trigger
-- fires only where a message brings no seq; attachments have nothing in common with other projects' but their message;
-- who takes part is unique by (user_id, chat_id). Written by postgres; aligned.

ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;

CREATE TABLE public.communities (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  slug varchar(60) NOT NULL UNIQUE,
  title varchar(120) NOT NULL
);
ALTER TABLE public.communities ENABLE ROW LEVEL SECURITY;
CREATE POLICY communities_read ON public.communities FOR SELECT TO anon, authenticated USING (true);

CREATE TABLE public.user_presence (
  user_id uuid PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE,
  online boolean NOT NULL DEFAULT false,
  seen_at timestamp
);
ALTER TABLE public.user_presence ENABLE ROW LEVEL SECURITY;
CREATE POLICY presence_read ON public.user_presence FOR SELECT TO authenticated USING (true);
CREATE POLICY presence_write ON public.user_presence FOR ALL TO authenticated USING (user_id = (SELECT auth.uid()));

-- Messaging ---------------------------------------------------------------------------------------------------------

CREATE TABLE public.chats (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  community_id uuid REFERENCES public.communities (id) ON DELETE SET NULL,
  type varchar(10) NOT NULL DEFAULT 'direct' CHECK (type IN ('direct', 'group')),
  name varchar(120),
  created_by uuid REFERENCES auth.users (id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  last_message_at timestamptz,
  archived boolean NOT NULL DEFAULT false
);

CREATE TABLE public.chat_participants (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  chat_id uuid NOT NULL REFERENCES public.chats (id) ON DELETE CASCADE,
  nickname varchar(40),
  pinned boolean NOT NULL DEFAULT false,
  joined_at timestamptz NOT NULL DEFAULT now(),
  last_read_at timestamptz,
  CONSTRAINT participants_only_once UNIQUE (user_id, chat_id)
);

CREATE TABLE public.chat_messages (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  seq bigint,
  chat_id uuid NOT NULL REFERENCES public.chats (id) ON DELETE CASCADE,
  sender_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  message_text varchar(5000),
  message_type varchar(20) NOT NULL DEFAULT 'text' CHECK (message_type IN ('text', 'image', 'file', 'system')),
  media_urls text[],
  reply_to_message_id uuid REFERENCES public.chat_messages (id) ON DELETE SET NULL,
  client_generated_id uuid,
  status varchar(20) NOT NULL DEFAULT 'sent' CHECK (status IN ('sent', 'delivered', 'read')),
  mentions uuid[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz,
  deleted_at timestamptz
);

CREATE TABLE public.message_reactions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  message_id uuid NOT NULL REFERENCES public.chat_messages (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  emoji varchar(16) NOT NULL,
  created_at timestamptz DEFAULT now(),
  UNIQUE (user_id, message_id, emoji)
);

CREATE TABLE public.attachments (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id uuid NOT NULL REFERENCES public.chat_messages (id) ON DELETE CASCADE,
  bucket varchar(63) NOT NULL DEFAULT 'chat-media',
  object_path text NOT NULL,
  checksum bytea,
  uploaded timestamp NOT NULL DEFAULT now(),
  UNIQUE (bucket, object_path)
);

CREATE UNIQUE INDEX uq_chat_messages_chat_id_seq ON public.chat_messages (chat_id, seq) WHERE seq IS NOT NULL;
CREATE UNIQUE INDEX uq_chat_messages_client_generated
  ON public.chat_messages (sender_id, client_generated_id) WHERE client_generated_id IS NOT NULL;
CREATE INDEX idx_chat_messages_chat_id_seq_desc ON public.chat_messages (chat_id, seq DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_chat_messages_status
  ON public.chat_messages (chat_id, status) WHERE deleted_at IS NULL AND status <> 'read';
CREATE INDEX ix_messages_of_sender ON public.chat_messages (sender_id, created_at);
CREATE INDEX ix_messages_parent ON public.chat_messages (reply_to_message_id);
CREATE INDEX ix_participants_unread ON public.chat_participants (chat_id, last_read_at);
-- Three that begin alike, and one that the API's "newest first" needs.
CREATE INDEX ix_messages_chat ON public.chat_messages (chat_id);
CREATE INDEX ix_messages_chat_time ON public.chat_messages (chat_id, created_at DESC);
CREATE INDEX ix_messages_chat_seq ON public.chat_messages (chat_id, seq DESC NULLS LAST);
CREATE INDEX ix_chats_newest ON public.chats (last_message_at DESC NULLS LAST) WHERE NOT archived;
CREATE INDEX ix_messages_mentions ON public.chat_messages USING gin (mentions);
CREATE INDEX ix_recent_senders ON public.chat_messages (sender_id) WHERE deleted_at IS NULL AND message_type = 'text';
CREATE INDEX ix_reactions_message ON public.message_reactions (message_id);
CREATE INDEX ix_attachments_message ON public.attachments (message_id);

ALTER TABLE public.chats REPLICA IDENTITY FULL;
ALTER TABLE public.chat_participants REPLICA IDENTITY FULL;
ALTER TABLE public.chat_messages REPLICA IDENTITY FULL;
ALTER TABLE public.message_reactions REPLICA IDENTITY FULL;
ALTER TABLE public.attachments REPLICA IDENTITY FULL;
ALTER PUBLICATION supabase_realtime ADD TABLE
  public.chat_messages, public.chats, public.chat_participants, public.message_reactions, public.attachments,
  public.user_presence;

-- Functions and triggers: names without a schema, found by the search path of whoever calls. --------------------------

CREATE FUNCTION public.assign_message_seq() RETURNS trigger
  LANGUAGE plpgsql
  SECURITY DEFINER
  AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('chat_seq'), hashtext(NEW.chat_id::text));
  NEW.seq = (SELECT coalesce(max(m.seq), 0) FROM public.chat_messages m WHERE m.chat_id = NEW.chat_id) + 1;
  NEW.status = coalesce(NEW.status, 'sent');
  RETURN NEW;
END
$$;
CREATE TRIGGER trg_assign_seq BEFORE INSERT ON public.chat_messages
  FOR EACH ROW WHEN (NEW.seq IS NULL) EXECUTE FUNCTION public.assign_message_seq();

CREATE FUNCTION public.update_chat_last_message_at() RETURNS trigger
  LANGUAGE plpgsql
  SECURITY DEFINER
  AS $$
BEGIN
  UPDATE public.chats SET last_message_at = NEW.created_at, updated_at = now(), archived = false
    WHERE id = NEW.chat_id;
  RETURN NEW;
END
$$;
CREATE TRIGGER trigger_update_chat_last_message_at AFTER INSERT ON public.chat_messages
  FOR EACH ROW EXECUTE FUNCTION public.update_chat_last_message_at();

CREATE FUNCTION public.stamp_edit() RETURNS trigger
  LANGUAGE plpgsql
  AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
CREATE TRIGGER stamp_edit BEFORE UPDATE ON public.chat_messages
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION public.stamp_edit();
CREATE TRIGGER stamp_edit BEFORE UPDATE ON public.chats FOR EACH ROW EXECUTE FUNCTION public.stamp_edit();

CREATE FUNCTION public.my_chat_ids() RETURNS SETOF uuid
  LANGUAGE sql STABLE SECURITY DEFINER
  AS $$ SELECT chat_id FROM chat_participants WHERE user_id = auth.uid() $$;

CREATE FUNCTION public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid) RETURNS TABLE (updated_count bigint)
  LANGUAGE sql SECURITY DEFINER
  AS $$
    WITH seen AS (
      UPDATE chat_participants SET last_read_at = now() WHERE chat_id = p_chat_id AND user_id = p_user_id
    ), marked AS (
      UPDATE chat_messages SET status = 'read'
      WHERE chat_id = p_chat_id AND sender_id <> p_user_id AND status IN ('sent', 'delivered')
      RETURNING id
    )
    SELECT count(*) FROM marked
  $$;

CREATE FUNCTION public.mark_messages_as_delivered(p_chat_id uuid, p_receiver_id uuid)
  RETURNS TABLE (updated_count bigint)
  LANGUAGE sql SECURITY DEFINER
  AS $$
    WITH marked AS (
      UPDATE chat_messages SET status = 'delivered'
      WHERE chat_id = p_chat_id AND sender_id <> p_receiver_id AND status = 'sent'
      RETURNING id
    )
    SELECT count(*) FROM marked
  $$;

CREATE FUNCTION public.get_unread_count(p_chat_id uuid, p_user_id uuid) RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER
  AS $$
    SELECT count(*) FILTER (WHERE m.created_at > p.last_read_at OR p.last_read_at IS NULL)
    FROM chat_participants p
    JOIN chat_messages m USING (chat_id)
    WHERE p.chat_id = p_chat_id AND p.user_id = p_user_id AND m.sender_id <> p.user_id AND m.deleted_at IS NULL
  $$;

CREATE FUNCTION public.get_latest_seq(p_chat_id uuid) RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER
  AS $$ SELECT coalesce((SELECT seq FROM chat_messages WHERE chat_id = p_chat_id ORDER BY seq DESC NULLS LAST LIMIT 1), 0) $$;

CREATE FUNCTION public.search_messages(query text) RETURNS SETOF public.chat_messages
  LANGUAGE sql STABLE
  AS $$ SELECT * FROM chat_messages WHERE message_text ILIKE '%' || query || '%' AND deleted_at IS NULL ORDER BY created_at DESC $$;

-- Row-level security ------------------------------------------------------------------------------------------------

ALTER TABLE public.chats ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.chat_participants ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.chat_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.message_reactions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.attachments ENABLE ROW LEVEL SECURITY;
CREATE POLICY chats_member ON public.chats FOR SELECT TO authenticated
  USING (id IN (SELECT public.my_chat_ids()) OR created_by = auth.uid());
CREATE POLICY chats_owner ON public.chats FOR ALL TO authenticated
  USING (created_by = auth.uid()) WITH CHECK (created_by = auth.uid());
CREATE POLICY participants_member ON public.chat_participants FOR SELECT TO authenticated
  USING (chat_id IN (SELECT public.my_chat_ids()));
CREATE POLICY participants_self ON public.chat_participants FOR UPDATE TO authenticated USING (user_id = auth.uid());
CREATE POLICY participants_invite ON public.chat_participants FOR INSERT TO authenticated
  WITH CHECK (user_id = auth.uid() OR chat_id IN (SELECT c.id FROM public.chats c WHERE c.created_by = auth.uid()));
CREATE POLICY messages_member ON public.chat_messages FOR SELECT TO authenticated
  USING (chat_id IN (SELECT public.my_chat_ids()));
CREATE POLICY messages_send ON public.chat_messages FOR INSERT TO authenticated
  WITH CHECK (sender_id = auth.uid() AND chat_id IN (SELECT public.my_chat_ids()));
CREATE POLICY messages_edit ON public.chat_messages FOR UPDATE TO authenticated USING (sender_id = auth.uid());
CREATE POLICY reactions_member ON public.message_reactions FOR SELECT TO authenticated
  USING (message_id IN (SELECT m.id FROM public.chat_messages m));
CREATE POLICY reactions_own ON public.message_reactions FOR ALL TO authenticated USING (user_id = auth.uid());
CREATE POLICY attachments_member ON public.attachments FOR SELECT TO authenticated
  USING (message_id IN (SELECT m.id FROM public.chat_messages m));

-- Rows --------------------------------------------------------------------------------------------------------------

INSERT INTO auth.users (id, aud, role, email, email_confirmed_at, raw_user_meta_data, created_at, updated_at)
  SELECT format('00000000-0000-4000-8000-%s', lpad(n::text, 12, '0'))::uuid, 'authenticated', 'authenticated',
    name || '@example.com', '2026-09-01', jsonb_build_object('name', initcap(name)), '2026-09-01', '2026-09-01'
  FROM unnest(ARRAY['ana', 'ben', 'chidi', 'dora', 'emre']) WITH ORDINALITY AS people (name, n)
  ON CONFLICT DO NOTHING;
INSERT INTO public.communities (id, slug, title) VALUES
  ('20000000-0000-4000-8000-000000000001', 'allotments', 'Allotments in the north');
INSERT INTO public.chats (id, community_id, type, name, created_by, created_at)
  SELECT format('c0000000-0000-4000-8000-%s', lpad(n::text, 12, '0'))::uuid,
    CASE WHEN kind = 'group' THEN '20000000-0000-4000-8000-000000000001'::uuid END, kind, title,
    ('00000000-0000-4000-8000-00000000000' || creator)::uuid, '2026-09-20'
  FROM (VALUES
    (1, 'direct', NULL, 3), (2, 'group', 'Seeds & seedlings', 1), (3, 'group', 'Tools to lend', 2)
  ) AS chat (n, kind, title, creator);
INSERT INTO public.chat_participants (user_id, chat_id, nickname, joined_at)
  SELECT u.id, c.id, split_part(u.email, '@', 1), c.created_at
  FROM (VALUES (1, 3), (1, 5), (2, 1), (2, 2), (2, 3), (2, 4), (3, 2), (3, 4), (3, 5)) AS seat (chat, person)
  JOIN public.chats c ON c.id::text LIKE '%' || chat
  JOIN auth.users u ON u.id::text LIKE '%' || person;
INSERT INTO public.chat_messages
    (chat_id, sender_id, message_text, message_type, media_urls, client_generated_id, status, created_at)
  SELECT p.chat_id, p.user_id,
    (ARRAY['Who has tomato seeds?', 'I do!', 'So do I 🍅', 'שלום', 'The plan for Saturday'])[1 + n % 5],
    CASE WHEN n % 5 = 4 THEN 'file' ELSE 'text' END, NULL,
    gen_random_uuid(), CASE WHEN n < 10 THEN 'read' WHEN n < 12 THEN 'delivered' ELSE 'sent' END,
    timestamptz '2026-10-08 06:00Z' + n * interval '13 minutes'
  FROM generate_series(0, 13) AS n
  CROSS JOIN LATERAL (
    SELECT q.chat_id, q.user_id, row_number() OVER w - 1 AS place, count(*) OVER (PARTITION BY q.chat_id) AS members
    FROM public.chat_participants q
    WINDOW w AS (PARTITION BY q.chat_id ORDER BY q.user_id)
  ) AS p
  WHERE p.place = n % p.members
  ORDER BY n;
UPDATE public.chat_messages m SET reply_to_message_id = r.id
  FROM public.chat_messages r WHERE r.chat_id = m.chat_id AND r.seq = m.seq - 1 AND m.seq IN (2, 3);
UPDATE public.chat_messages SET deleted_at = created_at + interval '1 hour' WHERE seq = 13;
UPDATE public.chat_participants p SET last_read_at = m.created_at
  FROM public.chat_messages m WHERE m.chat_id = p.chat_id AND m.seq = 10 AND p.nickname <> 'dora';
INSERT INTO public.message_reactions (message_id, user_id, emoji)
  SELECT m.id, p.user_id, '🍅'
  FROM public.chat_messages m JOIN public.chat_participants p ON p.chat_id = m.chat_id AND p.user_id <> m.sender_id
  WHERE m.seq = 1;
INSERT INTO public.attachments (message_id, object_path)
  SELECT id, format('%s/%s.pdf', chat_id, seq) FROM public.chat_messages WHERE message_type = 'file';
INSERT INTO public.user_presence (user_id, online) SELECT id, true FROM auth.users WHERE email LIKE 'a%';
