-- A project as people write it: with names, columns and habits of its own.
CREATE SCHEMA app;
CREATE TABLE app.profiles (
  id uuid PRIMARY KEY REFERENCES auth.users,
  handle text NOT NULL UNIQUE CHECK (handle ~ '^[a-z0-9]+$')
);
CREATE TABLE public.chats (
  id uuid PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  type text NOT NULL DEFAULT 'direct',
  name text,
  topic text NOT NULL CHECK (topic IN ('work', 'home')),
  created_by uuid REFERENCES app.profiles,
  created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now(),
  last_message_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE public.chat_participants (
  id uuid PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  chat_id uuid NOT NULL REFERENCES public.chats ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE,
  joined_at timestamptz DEFAULT now(),
  last_read_at timestamptz,
  UNIQUE (chat_id, user_id)
);
CREATE TABLE public.chat_messages (
  id uuid PRIMARY KEY DEFAULT extensions.uuid_generate_v4(),
  chat_id uuid NOT NULL REFERENCES public.chats ON DELETE CASCADE,
  sender_id uuid NOT NULL REFERENCES app.profiles,
  message_text varchar(2000),
  message_type text DEFAULT 'text' CHECK (message_type IN ('text', 'image', 'file')),
  media_urls text[],
  reply_to_message_id uuid REFERENCES public.chat_messages,
  seq bigint,
  client_generated_id uuid,
  status text DEFAULT 'sent',
  created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now(),
  deleted_at timestamptz
);
CREATE TABLE public.message_reactions (
  message_id uuid NOT NULL REFERENCES public.chat_messages,
  user_id uuid NOT NULL REFERENCES auth.users,
  emoji text NOT NULL
);
CREATE TABLE public.attachments (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id uuid REFERENCES public.chat_messages,
  url text NOT NULL
);
ALTER TABLE public.chat_messages ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON public.chat_messages FOR EACH ROW EXECUTE FUNCTION public.touch();
CREATE FUNCTION public.greet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER greet AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.greet();
CREATE TRIGGER hook AFTER INSERT ON public.chats FOR EACH ROW EXECUTE FUNCTION net.hook();
CREATE FUNCTION public.key() RETURNS text LANGUAGE sql SET "app.api_key" TO 'geheim'
  AS $$ SELECT 'sk_live_0123456789abcdef'::text $$;
CREATE VIEW public.keys AS SELECT id FROM vault.decrypted_secrets;
CREATE POLICY files ON storage.objects FOR SELECT TO authenticated USING (bucket_id = 'chat');
CREATE POLICY members ON public.chat_messages FOR SELECT TO authenticated USING (sender_id = auth.uid());
CREATE ROLE connect_reporting NOLOGIN;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM anon;
GRANT SELECT ON public.chats TO connect_reporting;
ALTER PUBLICATION supabase_realtime ADD TABLE public.chat_messages;
INSERT INTO auth.users (id, email) VALUES ('00000000-0000-4000-8000-000000000001', 'private@example.com');
INSERT INTO app.profiles VALUES ('00000000-0000-4000-8000-000000000001', 'private');
