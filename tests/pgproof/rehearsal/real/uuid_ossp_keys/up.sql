BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA extensions;
CREATE TABLE IF NOT EXISTS public.badges (id uuid PRIMARY KEY DEFAULT extensions.uuid_generate_v4(), of uuid DEFAULT uuid_generate_v1());
COMMIT;
