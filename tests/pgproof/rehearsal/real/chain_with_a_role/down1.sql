BEGIN;
SET LOCAL lock_timeout = '2s';
DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rehearsed_guest') THEN DROP ROLE rehearsed_guest; END IF; END $$;
DELETE FROM public.letters WHERE id = 9;
COMMIT;
