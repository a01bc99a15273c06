BEGIN;
SET LOCAL lock_timeout = '2s';
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_publication_tables WHERE pubname = 'feed' AND tablename = 'riders') THEN
    ALTER PUBLICATION feed DROP TABLE public.riders;
  END IF;
END $$;
COMMIT;
