BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.shelves REPLICA IDENTITY FULL;
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_publication_tables WHERE pubname = 'supabase_realtime' AND tablename = 'shelves') THEN
    ALTER PUBLICATION supabase_realtime ADD TABLE public.shelves;
  END IF;
END $$;
COMMIT;
