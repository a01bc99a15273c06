-- The app of an agency, which keeps what it makes under a role of its own. What is different about it:
-- tables and functions belong to agency_owner, who is neither superuser nor postgres, and postgres is a member of it; a
-- second schema, app, holds workspaces, what the functions and a default call, and a view; the search path of functions
-- is public, app; the claims of a token are read without auth.uid(); only who is signed in, and the agency's own
-- server, may execute the functions.
-- Written by postgres; aligned.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'agency_owner') THEN
    CREATE ROLE agency_owner LOGIN;
    GRANT agency_owner TO postgres;
    -- For schema auth, which postgres cannot grant.
    GRANT authenticated TO agency_owner;
  END IF;
END
$$;
GRANT USAGE, CREATE ON SCHEMA public TO agency_owner;

CREATE SCHEMA app AUTHORIZATION agency_owner;
GRANT USAGE ON SCHEMA app TO authenticated, service_role;

CREATE FUNCTION app.current_user_id() RETURNS uuid
  LANGUAGE sql STABLE
  AS $$ SELECT (nullif(current_setting('request.jwt.claims', true), '')::json ->> 'sub')::uuid $$;

CREATE TABLE app.workspaces (
  id uuid PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  title text NOT NULL,
  is_default boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX one_default_workspace ON app.workspaces (is_default) WHERE is_default;
CREATE FUNCTION app.default_workspace() RETURNS uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = app
  AS $$ SELECT id FROM workspaces WHERE is_default $$;

-- Messaging ---------------------------------------------------------------------------------------------------------

CREATE TABLE public.chats (
  id uuid PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  workspace_id uuid NOT NULL DEFAULT app.default_workspace() REFERENCES app.workspaces (id),
  type text NOT NULL DEFAULT 'direct' CHECK (type IN ('direct', 'group')),
  name text,
  created_by uuid REFERENCES auth.users (id) ON DELETE SET NULL,
  created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now(),
  last_message_at timestamptz DEFAULT now()
);

CREATE TABLE public.chat_participants (
  id uuid PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  chat_id uuid NOT NULL REFERENCES public.chats (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  joined_at timestamptz DEFAULT now(),
  last_read_at timestamptz,
  settings jsonb NOT NULL DEFAULT '{"notify": "all"}',
  CONSTRAINT chat_participants_chat_id_user_id_key UNIQUE (chat_id, user_id)
);

CREATE TABLE public.chat_messages (
  id uuid PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  chat_id uuid NOT NULL REFERENCES public.chats (id) ON DELETE CASCADE,
  sender_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  message_text text,
  message_type text NOT NULL DEFAULT 'text' CHECK (message_type IN ('text', 'image', 'file', 'system')),
  media_urls text[],
  reply_to_message_id uuid REFERENCES public.chat_messages (id),
  thread_root_id uuid REFERENCES public.chat_messages (id),
  seq bigint,
  client_generated_id uuid,
  status text NOT NULL DEFAULT 'sent' CHECK (status IN ('sent', 'delivered', 'read')),
  billable boolean NOT NULL DEFAULT false,
  created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now(),
  deleted_at timestamptz,
  deleted_by uuid REFERENCES auth.users (id)
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
  workspace_id uuid NOT NULL DEFAULT app.default_workspace() REFERENCES app.workspaces (id),
  original_name text NOT NULL,
  storage_key text NOT NULL,
  uploaded_at timestamptz DEFAULT now()
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
CREATE INDEX messages_thread ON public.chat_messages (thread_root_id, seq) WHERE thread_root_id IS NOT NULL;
CREATE INDEX messages_billable ON public.chat_messages (chat_id) WHERE billable;

ALTER TABLE public.chats REPLICA IDENTITY FULL;
ALTER TABLE public.chat_participants REPLICA IDENTITY FULL;
ALTER TABLE public.chat_messages REPLICA IDENTITY FULL;
ALTER TABLE public.message_reactions REPLICA IDENTITY FULL;
ALTER TABLE public.attachments REPLICA IDENTITY FULL;
ALTER PUBLICATION supabase_realtime ADD TABLE
  public.chats, public.chat_participants, public.chat_messages, public.message_reactions, public.attachments;

-- Functions and triggers --------------------------------------------------------------------------------------------

CREATE FUNCTION app.touch() RETURNS trigger
  LANGUAGE plpgsql SET search_path = public, app
  AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END;
$$;
CREATE TRIGGER touch BEFORE UPDATE ON public.chats FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE TRIGGER touch BEFORE UPDATE ON public.chat_messages FOR EACH ROW EXECUTE FUNCTION app.touch();

CREATE FUNCTION app.is_in_chat(p_chat_id uuid) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, app
  AS $$ SELECT EXISTS (SELECT FROM chat_participants WHERE chat_id = p_chat_id AND user_id = current_user_id()) $$;

CREATE FUNCTION public.assign_message_seq() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app
  AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.chat_id::text, 42));
  IF NEW.seq IS NULL THEN
    SELECT COALESCE(MAX(seq), 0) + 1 INTO NEW.seq FROM chat_messages WHERE chat_id = NEW.chat_id;
  END IF;
  NEW.status := COALESCE(NEW.status, 'sent');
  RETURN NEW;
END;
$$;
CREATE TRIGGER trg_assign_seq BEFORE INSERT ON public.chat_messages
  FOR EACH ROW EXECUTE FUNCTION public.assign_message_seq();

CREATE FUNCTION public.update_chat_last_message_at() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app
  AS $$
BEGIN
  UPDATE chats SET last_message_at = NEW.created_at WHERE id = NEW.chat_id;
  RETURN NEW;
END;
$$;
CREATE TRIGGER trigger_update_chat_last_message_at AFTER INSERT ON public.chat_messages
  FOR EACH ROW EXECUTE FUNCTION public.update_chat_last_message_at();

CREATE FUNCTION public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid) RETURNS TABLE (updated_count bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app
  AS $$
BEGIN
  IF p_user_id IS DISTINCT FROM current_user_id() THEN
    RAISE EXCEPTION 'You can only read for yourself' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE chat_participants SET last_read_at = now() WHERE chat_id = p_chat_id AND user_id = p_user_id;
  UPDATE chat_messages SET status = 'read'
    WHERE chat_id = p_chat_id AND sender_id <> p_user_id AND status <> 'read' AND deleted_at IS NULL;
  GET DIAGNOSTICS updated_count = ROW_COUNT;
  RETURN NEXT;
END;
$$;

CREATE FUNCTION public.mark_messages_as_delivered(p_chat_id uuid, p_receiver_id uuid)
  RETURNS TABLE (updated_count bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app
  AS $$
BEGIN
  IF p_receiver_id IS DISTINCT FROM current_user_id() THEN
    RAISE EXCEPTION 'You can only receive for yourself' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE chat_messages SET status = 'delivered'
    WHERE chat_id = p_chat_id AND sender_id <> p_receiver_id AND status = 'sent' AND deleted_at IS NULL;
  GET DIAGNOSTICS updated_count = ROW_COUNT;
  RETURN NEXT;
END;
$$;

CREATE FUNCTION public.get_unread_count(p_chat_id uuid, p_user_id uuid) RETURNS bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app
  AS $$
DECLARE
  seen timestamptz;
  unread bigint;
BEGIN
  SELECT COALESCE(p.last_read_at, '-infinity') INTO STRICT seen
    FROM chat_participants p WHERE p.chat_id = p_chat_id AND p.user_id = p_user_id AND p_user_id = current_user_id();
  SELECT count(*) INTO unread
    FROM chat_messages m
    WHERE m.chat_id = p_chat_id AND m.sender_id <> p_user_id AND m.created_at > seen AND m.deleted_at IS NULL;
  RETURN unread;
EXCEPTION WHEN no_data_found THEN
  RETURN 0;
END;
$$;

CREATE FUNCTION public.get_latest_seq(p_chat_id uuid) RETURNS bigint
  LANGUAGE sql STABLE SET search_path = public, app
  AS $$ SELECT COALESCE(MAX(seq), 0)::bigint FROM chat_messages WHERE chat_id = p_chat_id $$;

CREATE VIEW app.billable_messages AS
  SELECT c.workspace_id, m.id, m.sender_id, m.created_at
  FROM public.chat_messages m JOIN public.chats c ON c.id = m.chat_id WHERE m.billable;

-- Row-level security and grants -------------------------------------------------------------------------------------

ALTER TABLE app.workspaces ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.chats ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.chat_participants ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.chat_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.message_reactions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.attachments ENABLE ROW LEVEL SECURITY;
CREATE POLICY workspace_members ON app.workspaces FOR SELECT TO authenticated
  USING (id IN (SELECT c.workspace_id FROM public.chats c));
CREATE POLICY chat_members ON public.chats FOR SELECT TO authenticated
  USING (app.is_in_chat(id) OR created_by = app.current_user_id());
CREATE POLICY chat_creators ON public.chats FOR INSERT TO authenticated WITH CHECK (created_by = app.current_user_id());
CREATE POLICY participant_members ON public.chat_participants FOR SELECT TO authenticated
  USING (app.is_in_chat(chat_id));
CREATE POLICY participant_creators ON public.chat_participants FOR INSERT TO authenticated
  WITH CHECK (EXISTS (SELECT FROM public.chats c WHERE c.id = chat_id AND c.created_by = app.current_user_id()));
CREATE POLICY message_members ON public.chat_messages FOR SELECT TO authenticated USING (app.is_in_chat(chat_id));
CREATE POLICY message_senders ON public.chat_messages FOR INSERT TO authenticated
  WITH CHECK (sender_id = app.current_user_id() AND app.is_in_chat(chat_id));
CREATE POLICY message_editors ON public.chat_messages FOR UPDATE TO authenticated
  USING (sender_id = app.current_user_id()) WITH CHECK (sender_id = app.current_user_id());
CREATE POLICY reaction_members ON public.message_reactions FOR SELECT TO authenticated
  USING (EXISTS (SELECT FROM public.chat_messages m WHERE m.id = message_id));
CREATE POLICY reaction_owners ON public.message_reactions FOR ALL TO authenticated
  USING (user_id = app.current_user_id()) WITH CHECK (user_id = app.current_user_id());
CREATE POLICY attachment_members ON public.attachments FOR SELECT TO authenticated
  USING (EXISTS (SELECT FROM public.chat_messages m WHERE m.id = message_id));

GRANT SELECT, INSERT, UPDATE ON public.chats, public.chat_participants, public.chat_messages TO authenticated;
GRANT SELECT, INSERT, DELETE ON public.message_reactions, public.attachments TO authenticated;
GRANT SELECT ON app.workspaces TO authenticated;
GRANT ALL ON ALL TABLES IN SCHEMA public, app TO service_role;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  public.mark_messages_as_read(uuid, uuid), public.mark_messages_as_delivered(uuid, uuid),
  public.get_unread_count(uuid, uuid), public.get_latest_seq(uuid)
  TO authenticated, service_role;

-- The agency keeps it -----------------------------------------------------------------------------------------------

DO $$
DECLARE
  made record;
BEGIN
  FOR made IN
    SELECT CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS kind, oid::regclass::text AS name
    FROM pg_class WHERE relnamespace IN ('public'::regnamespace, 'app'::regnamespace) AND relkind IN ('r', 'v')
    UNION ALL
    SELECT 'FUNCTION', oid::regprocedure::text
    FROM pg_proc WHERE pronamespace IN ('public'::regnamespace, 'app'::regnamespace)
  LOOP
    EXECUTE format('ALTER %s %s OWNER TO agency_owner', made.kind, made.name);
  END LOOP;
END
$$;

-- Rows --------------------------------------------------------------------------------------------------------------

INSERT INTO auth.users (id, aud, role, email, email_confirmed_at, raw_user_meta_data, created_at, updated_at)
  SELECT format('00000000-0000-4000-8000-%s', lpad(n::text, 12, '0'))::uuid, 'authenticated', 'authenticated',
    name || '@example.com', '2026-09-01', jsonb_build_object('name', initcap(name)), '2026-09-01', '2026-09-01'
  FROM unnest(ARRAY['ana', 'ben', 'chidi', 'dora', 'emre']) WITH ORDINALITY AS people (name, n)
  ON CONFLICT DO NOTHING;
INSERT INTO app.workspaces (id, title, is_default) VALUES
  ('30000000-0000-4000-8000-000000000001', 'Agency', true),
  ('30000000-0000-4000-8000-000000000002', 'A client', false);
INSERT INTO public.chats (id, type, name, created_by, created_at) VALUES
  ('c0000000-0000-4000-8000-000000000001', 'direct', NULL, '00000000-0000-4000-8000-000000000002', '2026-10-01'),
  ('c0000000-0000-4000-8000-000000000002', 'group', 'Relaunch', '00000000-0000-4000-8000-000000000001', '2026-10-01');
INSERT INTO public.chat_participants (chat_id, user_id, joined_at)
  SELECT c.id, u.id, c.created_at
  FROM (VALUES (1, 2), (1, 4), (2, 1), (2, 2), (2, 5)) AS seat (chat, person)
  JOIN public.chats c ON c.id::text LIKE '%' || chat
  JOIN auth.users u ON u.id::text LIKE '%' || person;
INSERT INTO public.chat_messages
    (chat_id, sender_id, message_text, message_type, billable, client_generated_id, status, created_at)
  SELECT p.chat_id, p.user_id,
    (ARRAY['Draft is up', 'Looks good', 'Change the headline', 'Très bien', 'Invoice attached'])[1 + n % 5],
    CASE WHEN n % 5 = 4 THEN 'file' ELSE 'text' END, n % 3 = 0,
    extensions.uuid_generate_v4(), CASE WHEN n < 14 THEN 'read' ELSE 'sent' END,
    timestamptz '2026-10-12 10:00Z' + n * interval '17 minutes'
  FROM generate_series(0, 21) AS n
  CROSS JOIN LATERAL (
    SELECT q.chat_id, q.user_id, row_number() OVER w - 1 AS place, count(*) OVER (PARTITION BY q.chat_id) AS members
    FROM public.chat_participants q
    WINDOW w AS (PARTITION BY q.chat_id ORDER BY q.user_id)
  ) AS p
  WHERE p.place = n % p.members
  ORDER BY n;
UPDATE public.chat_messages m SET reply_to_message_id = r.id, thread_root_id = r.id
  FROM public.chat_messages r WHERE r.chat_id = m.chat_id AND r.seq = m.seq - 2 AND m.seq % 6 = 0;
UPDATE public.chat_messages SET deleted_at = created_at + interval '3 minutes', deleted_by = sender_id WHERE seq = 20;
UPDATE public.chat_participants p SET last_read_at = m.created_at
  FROM public.chat_messages m WHERE m.chat_id = p.chat_id AND m.seq = 14 AND p.user_id::text NOT LIKE '%5';
INSERT INTO public.message_reactions (message_id, user_id, emoji)
  SELECT m.id, p.user_id, '🎨'
  FROM public.chat_messages m JOIN public.chat_participants p ON p.chat_id = m.chat_id AND p.user_id <> m.sender_id
  WHERE m.seq = 1;
INSERT INTO public.attachments (message_id, original_name, storage_key)
  SELECT id, 'invoice.pdf', 'invoices/' || id FROM public.chat_messages WHERE message_type = 'file';
