BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA extensions;
CREATE TABLE IF NOT EXISTS public.handles (handle extensions.citext PRIMARY KEY, secret text DEFAULT encode(gen_random_bytes(8), 'hex'));
COMMIT;
