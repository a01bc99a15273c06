BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER PUBLICATION supabase_realtime DROP TABLE public.shelves;
ALTER TABLE public.shelves REPLICA IDENTITY DEFAULT;
COMMIT;
