BEGIN;
SET LOCAL lock_timeout = '2s';
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rehearsed_guest') THEN CREATE ROLE rehearsed_guest; END IF; END $$;
INSERT INTO public.letters VALUES (9, 'in', 'for guests') ON CONFLICT DO NOTHING;
COMMIT;
