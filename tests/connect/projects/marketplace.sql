-- A marketplace: every chat is about a listing. What is different about it:
-- new tables are for their owner alone (a project of 2026), so each grant is written down; people have profiles, to which a
-- second foreign key of each sender leads; chats need a listing, which has no default; updated_at follows every update of
-- every table; policies are for the role public and call auth.uid() bare; constraints have names of their own; functions
-- have search_path = public, compare nobody with auth.uid() and are open to PUBLIC. Written by postgres; aligned.

-- People and what they sell -----------------------------------------------------------------------------------------

CREATE TABLE public.profiles (
  id uuid CONSTRAINT profiles_pk PRIMARY KEY,
  display_name text NOT NULL,
  photo_url text,
  created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now(),
  CONSTRAINT profile_of_user FOREIGN KEY (id) REFERENCES auth.users (id) ON DELETE CASCADE
);

CREATE FUNCTION public.handle_new_user() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
  AS $$
BEGIN
  INSERT INTO profiles (id, display_name)
    VALUES (NEW.id, COALESCE(NEW.raw_user_meta_data ->> 'name', split_part(NEW.email, '@', 1), 'Somebody'))
    ON CONFLICT (id) DO NOTHING;
  RETURN NEW;
END;
$$;
CREATE TRIGGER on_auth_user_created AFTER INSERT ON auth.users
  FOR EACH ROW EXECUTE FUNCTION public.handle_new_user();

CREATE TABLE public.listings (
  id uuid CONSTRAINT listings_pk PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  seller_id uuid NOT NULL,
  title text NOT NULL,
  price numeric(10, 2) NOT NULL,
  created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now(),
  CONSTRAINT listing_seller FOREIGN KEY (seller_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
  CONSTRAINT price_is_not_negative CHECK (price >= 0)
);

-- Messaging ---------------------------------------------------------------------------------------------------------

CREATE TABLE public.chats (
  id uuid CONSTRAINT chats_pk PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  type text NOT NULL DEFAULT 'direct',
  name text,
  listing_id uuid NOT NULL,
  created_by uuid,
  created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now(),
  last_message_at timestamptz DEFAULT now(),
  CONSTRAINT chat_kind CHECK (type IN ('direct', 'group')),
  CONSTRAINT chat_listing FOREIGN KEY (listing_id) REFERENCES public.listings (id) ON DELETE CASCADE,
  CONSTRAINT chat_creator FOREIGN KEY (created_by) REFERENCES public.profiles (id)
);

CREATE TABLE public.chat_participants (
  id uuid CONSTRAINT participants_pk PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  chat_id uuid NOT NULL,
  user_id uuid NOT NULL,
  role text NOT NULL DEFAULT 'buyer',
  muted boolean NOT NULL DEFAULT false,
  joined_at timestamptz DEFAULT now(),
  last_read_at timestamptz,
  updated_at timestamptz DEFAULT now(),
  CONSTRAINT one_seat_in_a_chat UNIQUE (chat_id, user_id),
  CONSTRAINT participant_role CHECK (role IN ('buyer', 'seller', 'support')),
  CONSTRAINT participant_chat FOREIGN KEY (chat_id) REFERENCES public.chats (id) ON DELETE CASCADE,
  CONSTRAINT participant_user FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE
);

CREATE TABLE public.chat_messages (
  id uuid CONSTRAINT messages_pk PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  chat_id uuid NOT NULL,
  sender_id uuid NOT NULL,
  message_text text,
  message_type text DEFAULT 'text',
  media_urls text[] DEFAULT '{}',
  metadata jsonb NOT NULL DEFAULT '{}',
  offer numeric(10, 2),
  reply_to_message_id uuid,
  seq bigint,
  client_generated_id uuid,
  status text DEFAULT 'sent',
  created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now(),
  deleted_at timestamptz,
  CONSTRAINT message_kind CHECK (message_type IN ('text', 'image', 'file', 'system')),
  CONSTRAINT message_state CHECK (status IN ('sent', 'delivered', 'read')),
  CONSTRAINT message_is_short CHECK (char_length(message_text) <= 4000),
  CONSTRAINT offer_is_positive CHECK (offer > 0),
  CONSTRAINT message_chat FOREIGN KEY (chat_id) REFERENCES public.chats (id) ON DELETE CASCADE,
  CONSTRAINT message_sender FOREIGN KEY (sender_id) REFERENCES auth.users (id),
  CONSTRAINT message_sender_profile FOREIGN KEY (sender_id) REFERENCES public.profiles (id),
  CONSTRAINT message_parent FOREIGN KEY (reply_to_message_id) REFERENCES public.chat_messages (id) ON DELETE SET NULL
);

CREATE TABLE public.message_reactions (
  id uuid CONSTRAINT reactions_pk PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  message_id uuid NOT NULL,
  user_id uuid NOT NULL,
  emoji text NOT NULL,
  created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now(),
  CONSTRAINT one_of_each_emoji UNIQUE (message_id, user_id, emoji),
  CONSTRAINT reaction_message FOREIGN KEY (message_id) REFERENCES public.chat_messages (id) ON DELETE CASCADE,
  CONSTRAINT reaction_user FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);

CREATE TABLE public.attachments (
  id uuid CONSTRAINT attachments_pk PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  message_id uuid NOT NULL,
  file_url text NOT NULL,
  file_name text,
  width int,
  height int,
  created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now(),
  CONSTRAINT attachment_message FOREIGN KEY (message_id) REFERENCES public.chat_messages (id) ON DELETE CASCADE
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
CREATE INDEX participants_by_user ON public.chat_participants (user_id);
CREATE INDEX chats_by_listing ON public.chats (listing_id);
CREATE INDEX open_offers ON public.chat_messages (chat_id, offer) WHERE offer IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX attachments_by_message ON public.attachments (message_id);

ALTER TABLE public.chats REPLICA IDENTITY FULL;
ALTER TABLE public.chat_participants REPLICA IDENTITY FULL;
ALTER TABLE public.chat_messages REPLICA IDENTITY FULL;
ALTER TABLE public.message_reactions REPLICA IDENTITY FULL;
ALTER TABLE public.attachments REPLICA IDENTITY FULL;
ALTER PUBLICATION supabase_realtime ADD TABLE
  public.chats, public.chat_participants, public.chat_messages, public.message_reactions, public.attachments,
  public.listings;

-- Functions and triggers --------------------------------------------------------------------------------------------

CREATE FUNCTION public.set_updated_at() RETURNS trigger
  LANGUAGE plpgsql
  AS $$
BEGIN
  NEW.updated_at = now();
  RETURN NEW;
END;
$$;
CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.profiles FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.listings FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.chats FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.chat_participants
  FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.chat_messages
  FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.message_reactions
  FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.attachments
  FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE FUNCTION public.assign_message_seq() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
  AS $$
DECLARE
  v_next bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('chat:' || NEW.chat_id, 0));
  SELECT COALESCE(MAX(m.seq), 0) + 1 INTO v_next FROM chat_messages m WHERE m.chat_id = NEW.chat_id;
  NEW.seq := v_next;
  NEW.status := COALESCE(NEW.status, 'sent');
  RETURN NEW;
END;
$$;
CREATE TRIGGER trg_assign_seq BEFORE INSERT ON public.chat_messages
  FOR EACH ROW EXECUTE FUNCTION public.assign_message_seq();

CREATE FUNCTION public.touch_chat() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
  AS $$
BEGIN
  UPDATE chats SET last_message_at = GREATEST(last_message_at, NEW.created_at) WHERE id = NEW.chat_id;
  RETURN NULL;
END;
$$;
CREATE TRIGGER trigger_update_chat_last_message_at AFTER INSERT ON public.chat_messages
  FOR EACH ROW EXECUTE FUNCTION public.touch_chat();

CREATE FUNCTION public.is_member_of(chat uuid) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$ SELECT EXISTS (SELECT 1 FROM chat_participants WHERE chat_id = chat AND user_id = auth.uid()) $$;

CREATE FUNCTION public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid) RETURNS TABLE (updated_count bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
  AS $$
DECLARE
  v_count bigint;
BEGIN
  UPDATE chat_messages SET status = 'read'
    WHERE chat_id = p_chat_id AND sender_id != p_user_id AND status != 'read' AND deleted_at IS NULL;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  UPDATE chat_participants SET last_read_at = now() WHERE chat_id = p_chat_id AND user_id = p_user_id;
  updated_count := v_count;
  RETURN NEXT;
END;
$$;

CREATE FUNCTION public.mark_messages_as_delivered(p_chat_id uuid, p_receiver_id uuid)
  RETURNS TABLE (updated_count bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
  AS $$
DECLARE
  v_count bigint;
BEGIN
  UPDATE chat_messages SET status = 'delivered'
    WHERE chat_id = p_chat_id AND sender_id != p_receiver_id AND status = 'sent';
  GET DIAGNOSTICS v_count = ROW_COUNT;
  updated_count := v_count;
  RETURN NEXT;
END;
$$;

CREATE FUNCTION public.get_unread_count(p_chat_id uuid, p_user_id uuid) RETURNS bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public
  AS $$
DECLARE
  v_last_read timestamptz;
  v_count bigint;
BEGIN
  SELECT last_read_at INTO v_last_read FROM chat_participants WHERE chat_id = p_chat_id AND user_id = p_user_id;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  SELECT COUNT(*) INTO v_count FROM chat_messages
    WHERE chat_id = p_chat_id AND sender_id != p_user_id AND deleted_at IS NULL
      AND (v_last_read IS NULL OR created_at > v_last_read);
  RETURN v_count;
END;
$$;

CREATE FUNCTION public.get_latest_seq(p_chat_id uuid) RETURNS bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public
  AS $$
BEGIN
  RETURN (SELECT COALESCE(MAX(seq), 0) FROM chat_messages WHERE chat_id = p_chat_id);
END;
$$;

CREATE FUNCTION public.make_offer(p_chat_id uuid, p_amount numeric) RETURNS uuid
  LANGUAGE sql SET search_path = public
  AS $$
    INSERT INTO chat_messages (chat_id, sender_id, message_text, offer)
    VALUES (p_chat_id, auth.uid(), 'Offer: ' || p_amount, p_amount) RETURNING id
  $$;

CREATE VIEW public.chat_previews WITH (security_invoker = on) AS
  SELECT c.id, c.name, l.title AS listing, c.last_message_at, m.message_text AS last_message
  FROM public.chats c
  JOIN public.listings l ON l.id = c.listing_id
  LEFT JOIN LATERAL (
    SELECT message_text FROM public.chat_messages WHERE chat_id = c.id AND deleted_at IS NULL ORDER BY seq DESC LIMIT 1
  ) m ON true;

-- Row-level security: nobody is named, so the policies are for everybody. -------------------------------------------

ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.listings ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.chats ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.chat_participants ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.chat_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.message_reactions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.attachments ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Profiles are public" ON public.profiles FOR SELECT USING (true);
CREATE POLICY "Own profile" ON public.profiles FOR UPDATE USING (auth.uid() = id);
CREATE POLICY "Listings are public" ON public.listings FOR SELECT USING (true);
CREATE POLICY "Sellers manage listings" ON public.listings USING (auth.uid() = seller_id);
CREATE POLICY "Members read chats" ON public.chats FOR SELECT USING (created_by = auth.uid() OR is_member_of(id));
CREATE POLICY "Anybody signed in opens a chat" ON public.chats FOR INSERT WITH CHECK (created_by = auth.uid());
CREATE POLICY "Members read members" ON public.chat_participants FOR SELECT USING (is_member_of(chat_id));
CREATE POLICY "Creators seat members" ON public.chat_participants FOR INSERT
  WITH CHECK (EXISTS (SELECT 1 FROM public.chats WHERE chats.id = chat_id AND chats.created_by = auth.uid()));
CREATE POLICY "Members mute and leave" ON public.chat_participants FOR UPDATE USING (user_id = auth.uid());
CREATE POLICY "Members read messages" ON public.chat_messages FOR SELECT USING (is_member_of(chat_id));
CREATE POLICY "Members send messages" ON public.chat_messages FOR INSERT
  WITH CHECK (auth.uid() = sender_id AND is_member_of(chat_id));
CREATE POLICY "Senders edit messages" ON public.chat_messages FOR UPDATE USING (auth.uid() = sender_id);
CREATE POLICY "Members read reactions" ON public.message_reactions FOR SELECT
  USING (EXISTS (SELECT 1 FROM public.chat_messages m WHERE m.id = message_id));
CREATE POLICY "Members react" ON public.message_reactions USING (user_id = auth.uid());
CREATE POLICY "Members read attachments" ON public.attachments FOR SELECT
  USING (EXISTS (SELECT 1 FROM public.chat_messages m WHERE m.id = message_id));
CREATE POLICY "Senders attach" ON public.attachments FOR INSERT
  WITH CHECK (EXISTS (SELECT 1 FROM public.chat_messages m WHERE m.id = message_id AND m.sender_id = auth.uid()));

GRANT SELECT, INSERT, UPDATE, DELETE ON
  public.profiles, public.listings, public.chats, public.chat_participants, public.chat_messages,
  public.message_reactions, public.attachments
  TO authenticated;
GRANT SELECT ON public.profiles, public.listings TO anon;
GRANT SELECT ON public.chat_previews TO authenticated;
GRANT ALL ON ALL TABLES IN SCHEMA public TO service_role;

-- Rows --------------------------------------------------------------------------------------------------------------

INSERT INTO auth.users (id, aud, role, email, email_confirmed_at, raw_user_meta_data, created_at, updated_at)
  SELECT format('00000000-0000-4000-8000-%s', lpad(n::text, 12, '0'))::uuid, 'authenticated', 'authenticated',
    name || '@example.com', '2026-09-01', jsonb_build_object('name', initcap(name)), '2026-09-01', '2026-09-01'
  FROM unnest(ARRAY['ana', 'ben', 'chidi', 'dora', 'emre']) WITH ORDINALITY AS people (name, n)
  ON CONFLICT DO NOTHING;
INSERT INTO public.listings (id, seller_id, title, price) VALUES
  ('10000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000001', 'Bicycle, hardly used', 180),
  ('10000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000004', 'Armchair', 75.5);
INSERT INTO public.chats (id, type, name, listing_id, created_by, created_at, last_message_at)
  SELECT format('c0000000-0000-4000-8000-%s', lpad(n::text, 12, '0'))::uuid, kind, title,
    ('10000000-0000-4000-8000-00000000000' || listing)::uuid, ('00000000-0000-4000-8000-00000000000' || creator)::uuid,
    '2026-10-01', '2026-10-01'
  FROM (VALUES
    (1, 'direct', NULL, 1, 2), (2, 'direct', NULL, 1, 3), (3, 'group', 'Armchair: pick-up', 2, 5)
  ) AS chat (n, kind, title, listing, creator);
INSERT INTO public.chat_participants (chat_id, user_id, role, joined_at)
  SELECT c.id, u.id, CASE WHEN u.id = l.seller_id THEN 'seller' ELSE 'buyer' END, c.created_at
  FROM (VALUES (1, 1), (1, 2), (2, 1), (2, 3), (3, 2), (3, 4), (3, 5)) AS seat (chat, person)
  JOIN public.chats c ON c.id::text LIKE '%' || chat
  JOIN public.listings l ON l.id = c.listing_id
  JOIN auth.users u ON u.id::text LIKE '%' || person;
INSERT INTO public.chat_messages
    (chat_id, sender_id, message_text, message_type, media_urls, offer, metadata, client_generated_id, status, created_at)
  SELECT p.chat_id, p.user_id,
    CASE WHEN n % 7 = 6 THEN 'Offer' ELSE (ARRAY['Is it still for sale?', 'It is.', '¿Cuánto?', 'A photo', 'Deal 🤝'])[1 + n % 5] END,
    CASE WHEN n % 5 = 3 THEN 'image' ELSE 'text' END,
    CASE WHEN n % 5 = 3 THEN ARRAY['https://files.example.com/' || n || '.jpg'] ELSE '{}' END,
    CASE WHEN n % 7 = 6 THEN 60 + n END, jsonb_build_object('device', CASE WHEN n % 2 = 0 THEN 'ios' ELSE 'web' END),
    extensions.uuid_generate_v4(), CASE WHEN n < 8 THEN 'read' WHEN n < 11 THEN 'delivered' ELSE 'sent' END,
    timestamptz '2026-10-06 17:00Z' + n * interval '11 minutes'
  FROM generate_series(0, 14) AS n
  CROSS JOIN LATERAL (
    SELECT q.chat_id, q.user_id, row_number() OVER w - 1 AS place, count(*) OVER (PARTITION BY q.chat_id) AS members
    FROM public.chat_participants q
    WINDOW w AS (PARTITION BY q.chat_id ORDER BY q.user_id)
  ) AS p
  WHERE p.place = n % p.members
  ORDER BY n;
UPDATE public.chat_messages m SET reply_to_message_id = r.id
  FROM public.chat_messages r WHERE r.chat_id = m.chat_id AND r.seq = m.seq - 1 AND m.seq IN (5, 8);
UPDATE public.chat_messages SET deleted_at = created_at + interval '2 minutes' WHERE seq = 10;
UPDATE public.chat_participants p SET last_read_at = m.created_at
  FROM public.chat_messages m WHERE m.chat_id = p.chat_id AND m.seq = 8 AND p.role = 'seller';
INSERT INTO public.message_reactions (message_id, user_id, emoji)
  SELECT m.id, p.user_id, '❤️'
  FROM public.chat_messages m JOIN public.chat_participants p ON p.chat_id = m.chat_id AND p.user_id <> m.sender_id
  WHERE m.seq = 5;
INSERT INTO public.attachments (message_id, file_url, file_name, width, height)
  SELECT id, media_urls[1], 'photo.jpg', 1200, 900 FROM public.chat_messages WHERE message_type = 'image';
