--
-- PostgreSQL database dump
--

\restrict w0Le

SET statement_timeout = 0;
SET a_timeout_of_the_next_version = 0;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;

CREATE SCHEMA auth;
ALTER SCHEMA auth OWNER TO supabase_admin;
CREATE SCHEMA public;
ALTER SCHEMA public OWNER TO pg_database_owner;
COMMENT ON SCHEMA public IS 'standard public schema';
CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA extensions;
COMMENT ON EXTENSION pgcrypto IS 'cryptographic functions';
CREATE EVENT TRIGGER pgrst_ddl_watch ON ddl_command_end EXECUTE FUNCTION extensions.pgrst_ddl_watch();
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT NULL::uuid $$;
ALTER FUNCTION auth.uid() OWNER TO supabase_auth_admin;
CREATE FUNCTION auth.letterbox() RETURNS text LANGUAGE sql AS $$ SELECT 'in' $$;
CREATE TABLE auth.users (id uuid NOT NULL, email text, of_the_next_version text);
ALTER TABLE auth.users OWNER TO supabase_auth_admin;
COMMENT ON COLUMN auth.users.of_the_next_version IS 'not here';
ALTER TABLE ONLY auth.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;

CREATE TABLE public.letters (
    id integer NOT NULL,
    body text,
    author uuid
);
ALTER TABLE public.letters OWNER TO postgres;
ALTER TABLE ONLY public.letters ADD CONSTRAINT letters_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.letters ADD CONSTRAINT letters_author FOREIGN KEY (author) REFERENCES auth.users(id);
CREATE FUNCTION public.greet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER greets AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.greet();
CREATE POLICY stamps ON storage.objects FOR SELECT USING (bucket_id = 'stamps');
ALTER TABLE public.letters ENABLE ROW LEVEL SECURITY;

CREATE PUBLICATION supabase_realtime WITH (publish = 'insert, update, delete, truncate');
ALTER PUBLICATION supabase_realtime OWNER TO postgres;
ALTER PUBLICATION supabase_realtime ADD TABLE ONLY public.letters;

GRANT USAGE ON SCHEMA auth TO anon;
GRANT ALL ON FUNCTION auth.uid() TO dashboard_user;
ALTER DEFAULT PRIVILEGES FOR ROLE supabase_admin IN SCHEMA public GRANT ALL ON TABLES TO anon;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON TABLES TO anon;

\unrestrict w0Le
