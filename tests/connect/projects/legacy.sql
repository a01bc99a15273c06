-- A project of 2023 that nobody has tidied since. What is different about it:
-- everything in public is open to anon and PUBLIC, functions included, and row-level security is the only guard; functions
-- have no search path and let anybody act for anybody; every timestamp may be NULL; views have their owner's rights; a
-- message must have a text; tables, calls and a type that the chat does not need. In production a message may lack its
-- chat and its sender (prod/legacy.sql). Written by postgres; aligned.

ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO postgres, anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO postgres, anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON FUNCTIONS TO postgres, anon, authenticated, service_role;

CREATE TYPE public.member_role AS ENUM ('owner', 'admin', 'member');
CREATE TABLE public.accounts (
  id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE,
  username text UNIQUE,
  bio text,
  created_at timestamptz DEFAULT now()
);
CREATE TABLE public.connections (
  id bigserial PRIMARY KEY,
  requester_id uuid REFERENCES public.accounts (id) ON DELETE CASCADE,
  addressee_id uuid REFERENCES public.accounts (id) ON DELETE CASCADE,
  accepted boolean DEFAULT false,
  created_at timestamptz DEFAULT now()
);

-- Messaging ---------------------------------------------------------------------------------------------------------

CREATE TABLE public.chats (
  id uuid DEFAULT uuid_generate_v4() PRIMARY KEY,
  type text DEFAULT 'direct',
  name text,
  photo text,
  created_by uuid REFERENCES auth.users (id),
  created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now(),
  last_message_at timestamptz DEFAULT now(),
  CONSTRAINT chats_type_check1 CHECK (type = 'direct' OR type = 'group')
);

CREATE TABLE public.chat_participants (
  id uuid DEFAULT uuid_generate_v4() PRIMARY KEY,
  chat_id uuid NOT NULL REFERENCES public.chats (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  role public.member_role DEFAULT 'member',
  joined_at timestamptz DEFAULT now(),
  last_read_at timestamptz,
  UNIQUE (chat_id, user_id)
);

CREATE TABLE public.chat_messages (
  id uuid DEFAULT uuid_generate_v4() PRIMARY KEY,
  chat_id uuid NOT NULL REFERENCES public.chats (id) ON DELETE CASCADE,
  sender_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  sender_account uuid REFERENCES public.accounts (id),
  message_text text NOT NULL,
  message_type text DEFAULT 'text',
  media_urls text[] DEFAULT ARRAY[]::text[],
  reply_to_message_id uuid,
  seq bigint,
  client_generated_id uuid,
  status text DEFAULT 'sent',
  is_edited boolean DEFAULT false,
  created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now(),
  deleted_at timestamptz,
  CONSTRAINT check_message_type CHECK (message_type IN ('text', 'image', 'file', 'system')),
  CONSTRAINT check_status CHECK (status IN ('sent', 'delivered', 'read')),
  CONSTRAINT reply_fk FOREIGN KEY (reply_to_message_id) REFERENCES public.chat_messages (id) ON DELETE SET NULL
);

CREATE TABLE public.message_reactions (
  id uuid DEFAULT uuid_generate_v4() PRIMARY KEY,
  message_id uuid REFERENCES public.chat_messages (id) ON DELETE CASCADE,
  user_id uuid REFERENCES auth.users (id) ON DELETE CASCADE,
  emoji text,
  created_at timestamptz DEFAULT now()
);

CREATE TABLE public.attachments (
  id bigserial PRIMARY KEY,
  message_id uuid REFERENCES public.chat_messages (id) ON DELETE CASCADE,
  type text,
  data jsonb
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
CREATE INDEX chat_messages_chat_id_idx ON public.chat_messages (chat_id);
CREATE INDEX chat_messages_chat_id_idx1 ON public.chat_messages (chat_id);
CREATE INDEX chat_messages_created_at_idx ON public.chat_messages (created_at DESC);
CREATE INDEX chat_participants_user ON public.chat_participants (user_id);

ALTER TABLE public.chats REPLICA IDENTITY FULL;
ALTER TABLE public.chat_participants REPLICA IDENTITY FULL;
ALTER TABLE public.chat_messages REPLICA IDENTITY FULL;
ALTER TABLE public.message_reactions REPLICA IDENTITY FULL;
ALTER TABLE public.attachments REPLICA IDENTITY FULL;
ALTER PUBLICATION supabase_realtime ADD TABLE public.chats;
ALTER PUBLICATION supabase_realtime ADD TABLE public.chat_participants;
ALTER PUBLICATION supabase_realtime ADD TABLE public.chat_messages;
ALTER PUBLICATION supabase_realtime ADD TABLE public.message_reactions;
ALTER PUBLICATION supabase_realtime ADD TABLE public.attachments;
ALTER PUBLICATION supabase_realtime ADD TABLE public.accounts;

-- Functions and triggers --------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION public.assign_message_seq() RETURNS trigger AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(('x' || substr(md5(NEW.chat_id::text), 1, 16))::bit(64)::bigint);
  SELECT COALESCE(MAX(seq), 0) + 1 INTO NEW.seq FROM chat_messages WHERE chat_id = NEW.chat_id;
  IF NEW.status IS NULL THEN
    NEW.status := 'sent';
  END IF;
  RETURN NEW;
END;
$$ LANGUAGE plpgsql SECURITY DEFINER;
CREATE TRIGGER trg_assign_seq BEFORE INSERT ON public.chat_messages
  FOR EACH ROW EXECUTE PROCEDURE public.assign_message_seq();

CREATE OR REPLACE FUNCTION public.update_chat_last_message_at() RETURNS trigger AS $$
BEGIN
  UPDATE chats SET last_message_at = NOW(), updated_at = NOW() WHERE id = NEW.chat_id;
  RETURN NEW;
END;
$$ LANGUAGE plpgsql SECURITY DEFINER;
CREATE TRIGGER trigger_update_chat_last_message_at AFTER INSERT ON public.chat_messages
  FOR EACH ROW EXECUTE PROCEDURE public.update_chat_last_message_at();

CREATE OR REPLACE FUNCTION public.update_updated_at_column() RETURNS trigger AS $$
BEGIN
  NEW.updated_at = NOW();
  RETURN NEW;
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER update_chats_updated_at BEFORE UPDATE ON public.chats
  FOR EACH ROW EXECUTE PROCEDURE public.update_updated_at_column();
CREATE TRIGGER update_chat_messages_updated_at BEFORE UPDATE ON public.chat_messages
  FOR EACH ROW EXECUTE PROCEDURE public.update_updated_at_column();

CREATE OR REPLACE FUNCTION public.notify_new_message() RETURNS trigger AS $$
BEGIN
  PERFORM pg_notify('new_message', NEW.id::text);
  RETURN NEW;
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER a_notify_new_message AFTER INSERT ON public.chat_messages
  FOR EACH ROW EXECUTE PROCEDURE public.notify_new_message();

CREATE OR REPLACE FUNCTION public.get_user_chat_ids(p_user_id uuid) RETURNS SETOF uuid AS $$
  SELECT chat_id FROM public.chat_participants WHERE user_id = p_user_id;
$$ LANGUAGE sql SECURITY DEFINER STABLE;

CREATE OR REPLACE FUNCTION public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid)
RETURNS TABLE (updated_count bigint) AS $$
DECLARE
  v_updated bigint := 0;
BEGIN
  UPDATE chat_messages
  SET status = 'read', updated_at = NOW()
  WHERE chat_id = p_chat_id
    AND sender_id != p_user_id
    AND status != 'read';
  GET DIAGNOSTICS v_updated = ROW_COUNT;

  UPDATE chat_participants
  SET last_read_at = NOW()
  WHERE chat_id = p_chat_id
    AND user_id = p_user_id;

  RETURN QUERY SELECT v_updated;
END;
$$ LANGUAGE plpgsql SECURITY DEFINER;

CREATE OR REPLACE FUNCTION public.mark_messages_as_delivered(p_chat_id uuid, p_receiver_id uuid)
RETURNS TABLE (updated_count bigint) AS $$
DECLARE
  v_updated bigint := 0;
BEGIN
  UPDATE chat_messages
  SET status = 'delivered', updated_at = NOW()
  WHERE chat_id = p_chat_id
    AND sender_id != p_receiver_id
    AND status = 'sent';
  GET DIAGNOSTICS v_updated = ROW_COUNT;
  RETURN QUERY SELECT v_updated;
END;
$$ LANGUAGE plpgsql SECURITY DEFINER;

CREATE OR REPLACE FUNCTION public.get_unread_count(p_chat_id uuid, p_user_id uuid)
RETURNS bigint AS $$
DECLARE
  v_last_read timestamptz;
  v_count bigint;
BEGIN
  SELECT last_read_at INTO v_last_read
  FROM chat_participants
  WHERE chat_id = p_chat_id AND user_id = p_user_id;

  SELECT COUNT(*) INTO v_count
  FROM chat_messages
  WHERE chat_id = p_chat_id
    AND sender_id != p_user_id
    AND deleted_at IS NULL
    AND created_at > COALESCE(v_last_read, '1970-01-01'::timestamptz);

  RETURN COALESCE(v_count, 0);
END;
$$ LANGUAGE plpgsql SECURITY DEFINER;

CREATE OR REPLACE FUNCTION public.get_latest_seq(p_chat_id uuid)
RETURNS bigint AS $$
BEGIN
  RETURN (SELECT COALESCE(MAX(seq), 0) FROM chat_messages WHERE chat_id = p_chat_id);
END;
$$ LANGUAGE plpgsql SECURITY DEFINER;

CREATE OR REPLACE FUNCTION public.get_user_conversations(p_user_id uuid)
RETURNS TABLE (chat_id uuid, chat_name text, unread bigint) AS $$
BEGIN
  RETURN QUERY
  SELECT c.id, c.name, public.get_unread_count(c.id, p_user_id)
  FROM chats c JOIN chat_participants cp ON cp.chat_id = c.id
  WHERE cp.user_id = p_user_id
  ORDER BY c.last_message_at DESC;
END;
$$ LANGUAGE plpgsql SECURITY DEFINER;
CREATE OR REPLACE FUNCTION public.delete_my_account() RETURNS void AS $$
BEGIN
  DELETE FROM accounts WHERE id = auth.uid();
END;
$$ LANGUAGE plpgsql SECURITY DEFINER;

CREATE VIEW public.conversation_list AS
  SELECT c.id, c.name, c.last_message_at, count(m.id) AS messages
  FROM public.chats c LEFT JOIN public.chat_messages m ON m.chat_id = c.id AND m.deleted_at IS NULL
  GROUP BY c.id;
CREATE MATERIALIZED VIEW public.messages_per_day AS
  SELECT date_trunc('day', created_at) AS day, count(*) AS messages FROM public.chat_messages GROUP BY 1;

-- Row-level security ------------------------------------------------------------------------------------------------

ALTER TABLE public.accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.connections ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.chats ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.chat_participants ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.chat_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.message_reactions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.attachments ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Enable read access for all users" ON public.accounts FOR SELECT USING (true);
CREATE POLICY "Users can update own account" ON public.accounts FOR UPDATE USING (auth.uid() = id);
CREATE POLICY "Own connections" ON public.connections
  USING (auth.uid() = requester_id OR auth.uid() = addressee_id);
CREATE POLICY "Users can view chats they participate in" ON public.chats FOR SELECT
  USING (id IN (SELECT public.get_user_chat_ids(auth.uid())));
CREATE POLICY "Users can create chats" ON public.chats FOR INSERT WITH CHECK (auth.uid() = created_by);
CREATE POLICY "Users can view own chats" ON public.chats FOR SELECT USING (auth.uid() = created_by);
CREATE POLICY "Users can view participants of their chats" ON public.chat_participants FOR SELECT
  USING (chat_id IN (SELECT public.get_user_chat_ids(auth.uid())));
CREATE POLICY "Users can join chats" ON public.chat_participants FOR INSERT WITH CHECK (auth.uid() IS NOT NULL);
CREATE POLICY "Users can update their own participation" ON public.chat_participants FOR UPDATE
  USING (auth.uid() = user_id);
CREATE POLICY "Users can view messages in their chats" ON public.chat_messages FOR SELECT
  USING (chat_id IN (SELECT public.get_user_chat_ids(auth.uid())));
CREATE POLICY "Users can send messages to their chats" ON public.chat_messages FOR INSERT
  WITH CHECK (auth.uid() = sender_id AND chat_id IN (SELECT public.get_user_chat_ids(auth.uid())));
CREATE POLICY "Users can update messages in their chats" ON public.chat_messages FOR UPDATE
  USING (chat_id IN (SELECT public.get_user_chat_ids(auth.uid())));
CREATE POLICY "Reactions are visible" ON public.message_reactions FOR SELECT USING (auth.role() = 'authenticated');
CREATE POLICY "Users can react" ON public.message_reactions FOR ALL USING (auth.uid() = user_id);
CREATE POLICY "Attachments are visible" ON public.attachments FOR SELECT USING (auth.role() = 'authenticated');

-- Rows --------------------------------------------------------------------------------------------------------------

INSERT INTO auth.users (id, aud, role, email, email_confirmed_at, raw_user_meta_data, created_at, updated_at)
  SELECT format('00000000-0000-4000-8000-%s', lpad(n::text, 12, '0'))::uuid, 'authenticated', 'authenticated',
    name || '@example.com', '2026-09-01', jsonb_build_object('name', initcap(name)), '2026-09-01', '2026-09-01'
  FROM unnest(ARRAY['ana', 'ben', 'chidi', 'dora', 'emre']) WITH ORDINALITY AS people (name, n)
  ON CONFLICT DO NOTHING;
INSERT INTO public.accounts (id, username) SELECT id, split_part(email, '@', 1) FROM auth.users;
INSERT INTO public.connections (requester_id, addressee_id, accepted) VALUES
  ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002', true);
INSERT INTO public.chats (id, type, name, created_by, created_at)
  SELECT format('c0000000-0000-4000-8000-%s', lpad(n::text, 12, '0'))::uuid, kind, title,
    ('00000000-0000-4000-8000-00000000000' || creator)::uuid, '2024-02-01'
  FROM (VALUES (1, 'direct', NULL, 1), (2, 'direct', NULL, 2), (3, 'group', 'Old friends', 5)) AS chat (n, kind, title, creator);
INSERT INTO public.chat_participants (chat_id, user_id, role, joined_at)
  SELECT c.id, u.id, CASE WHEN u.id = c.created_by THEN 'owner' ELSE 'member' END::public.member_role, c.created_at
  FROM (VALUES (1, 1), (1, 2), (2, 2), (2, 3), (3, 1), (3, 4), (3, 5)) AS seat (chat, person)
  JOIN public.chats c ON c.id::text LIKE '%' || chat
  JOIN auth.users u ON u.id::text LIKE '%' || person;
INSERT INTO public.chat_messages
    (chat_id, sender_id, sender_account, message_text, message_type, media_urls, client_generated_id, status, created_at)
  SELECT p.chat_id, p.user_id, CASE WHEN n % 2 = 0 THEN p.user_id END,
    (ARRAY['hi', 'how are you', 'long time no see 😀', 'picture', 'ok', 'bye'])[1 + n % 6],
    CASE WHEN n % 6 = 3 THEN 'image' ELSE 'text' END,
    CASE WHEN n % 6 = 3 THEN ARRAY['https://files.example.com/old/' || n || '.png'] ELSE '{}' END,
    -- Clients of that year gave their messages no id.
    CASE WHEN n > 6 THEN uuid_generate_v4() END, CASE WHEN n < 9 THEN 'read' ELSE 'sent' END,
    timestamptz '2024-02-03 12:00Z' + n * interval '9 days'
  FROM generate_series(0, 14) AS n
  CROSS JOIN LATERAL (
    SELECT q.chat_id, q.user_id, row_number() OVER w - 1 AS place, count(*) OVER (PARTITION BY q.chat_id) AS members
    FROM public.chat_participants q
    WINDOW w AS (PARTITION BY q.chat_id ORDER BY q.user_id)
  ) AS p
  WHERE p.place = n % p.members
  ORDER BY n;
UPDATE public.chat_messages m SET reply_to_message_id = r.id
  FROM public.chat_messages r WHERE r.chat_id = m.chat_id AND r.seq = m.seq - 1 AND m.seq IN (3, 7);
UPDATE public.chat_messages SET deleted_at = created_at + interval '1 day' WHERE seq = 5;
UPDATE public.chat_participants p SET last_read_at = m.created_at
  FROM public.chat_messages m WHERE m.chat_id = p.chat_id AND m.seq = 9 AND p.role = 'owner';
INSERT INTO public.message_reactions (message_id, user_id, emoji)
  SELECT m.id, p.user_id, '😂'
  FROM public.chat_messages m JOIN public.chat_participants p ON p.chat_id = m.chat_id AND p.user_id <> m.sender_id
  WHERE m.seq = 3;
INSERT INTO public.attachments (message_id, type, data)
  SELECT id, 'image', jsonb_build_object('url', media_urls[1]) FROM public.chat_messages WHERE message_type = 'image';
REFRESH MATERIALIZED VIEW public.messages_per_day;
