BEGIN;
SET LOCAL lock_timeout = '2s';
DROP TABLE IF EXISTS public.guests;
DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rehearsed_guest') THEN REVOKE SELECT ON public.letters FROM rehearsed_guest; END IF; END $$;
COMMIT;
