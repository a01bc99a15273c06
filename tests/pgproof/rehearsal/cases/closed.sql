-- Everything that a table can have, on tables that connect_verifier may not read.
CREATE TYPE auth.aal_level AS ENUM ('aal1', 'aal2');
CREATE TABLE auth.sessions (
  id bigserial PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE,
  aal auth.aal_level DEFAULT 'aal1',
  place int GENERATED ALWAYS AS IDENTITY,
  agent text STORAGE MAIN COLLATE "C",
  next int GENERATED ALWAYS AS (1 + 1) STORED,
  CONSTRAINT sessions_place CHECK (place > 0)
);
COMMENT ON TABLE auth.sessions IS 'who''s in';
COMMENT ON COLUMN auth.sessions.place IS 'in the row';
ALTER TABLE auth.sessions ALTER place SET STATISTICS 7;
ALTER TABLE auth.sessions REPLICA IDENTITY FULL;
ALTER TABLE auth.sessions ENABLE ROW LEVEL SECURITY;
CREATE INDEX "Sessions.Place" ON auth.sessions (abs(place)) WHERE place > 1;
CREATE STATISTICS auth.sessions_statistics (ndistinct) ON place, agent FROM auth.sessions;
CREATE RULE sessions_stay AS ON DELETE TO auth.sessions DO INSTEAD NOTHING;
CREATE POLICY own_sessions ON auth.sessions AS RESTRICTIVE FOR UPDATE TO authenticated, anon
  USING (auth.uid() = user_id) WITH CHECK (true);
GRANT SELECT, INSERT ON auth.sessions TO service_role WITH GRANT OPTION;
GRANT UPDATE (agent) ON auth.sessions TO anon;
ALTER PUBLICATION supabase_realtime ADD TABLE auth.sessions (id, agent) WHERE (id > 1);
CREATE UNLOGGED TABLE auth."Odd.Na""me" (a int);

-- What needs them, and is copied by pg_dump.
CREATE FUNCTION public.on_user() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER welcome AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.on_user();
ALTER TABLE auth.users DISABLE TRIGGER welcome;
CREATE VIEW public.people AS SELECT id, email FROM auth.users;
CREATE FUNCTION public.mail_of(who auth.users) RETURNS text LANGUAGE sql AS $$ SELECT who.email $$;

CREATE TABLE public.parted (id int PRIMARY KEY, body text) PARTITION BY RANGE (id);
CREATE TABLE public.part PARTITION OF public.parted FOR VALUES FROM (0) TO (10);
CREATE INDEX parted_body ON public.parted (body);
CREATE TABLE public.ancestor (a int, b text);
CREATE TABLE public.heir () INHERITS (public.ancestor);

CREATE EXTENSION pgcrypto SCHEMA extensions;
CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION public.watch();
