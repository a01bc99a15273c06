-- Makes connect_verifier, the role for live verification, which can read the catalog and the messaging tables and
-- nothing else. Run this once in each project, then give the role a password of your own:
--   ALTER ROLE connect_verifier PASSWORD '…';
-- It is safe to run again.
BEGIN;

SET LOCAL lock_timeout = '500ms';

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'connect_verifier') THEN
    CREATE ROLE connect_verifier LOGIN NOINHERIT NOCREATEDB NOCREATEROLE;
  END IF;
  ALTER ROLE connect_verifier SET default_transaction_read_only = on;
  ALTER ROLE connect_verifier SET statement_timeout = '60s';
END
$$;

GRANT USAGE ON SCHEMA public TO connect_verifier;
GRANT SELECT ON
  -- list: granted tables
  public.chats,
  public.chat_participants,
  public.chat_messages,
  public.message_reactions,
  public.attachments
  -- end of list
  TO connect_verifier;

-- Row-level security would hide all rows from the role, and a check that sees no rows proves nothing.
DO $$
DECLARE
  table_name text;
BEGIN
  ALTER ROLE connect_verifier BYPASSRLS;
EXCEPTION WHEN insufficient_privilege THEN
  -- This server does not allow that. The role gets policies of its own instead, which parity ignores by their name.
  FOREACH table_name IN ARRAY ARRAY[
    -- list: table names
    'chats',
    'chat_participants',
    'chat_messages',
    'message_reactions',
    'attachments'
    -- end of list
  ]
  LOOP
    IF NOT EXISTS (
      SELECT FROM pg_catalog.pg_policy
      WHERE polrelid = ('public.' || table_name)::regclass AND polname = 'connect_verifier_select'
    ) THEN
      EXECUTE format(
        'CREATE POLICY connect_verifier_select ON public.%I FOR SELECT TO connect_verifier USING (true)', table_name);
    END IF;
  END LOOP;
END
$$;

COMMIT;
