BEGIN;
SET LOCAL lock_timeout = '1s';
DO $$
DECLARE
  made text;
BEGIN
  FOR made IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'part%' LOOP
    EXECUTE format('DROP TABLE public.%I', made);
  END LOOP;
END
$$;
COMMIT;
