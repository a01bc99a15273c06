BEGIN;
SET LOCAL lock_timeout = '1s';
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'part%') THEN
    EXECUTE format('CREATE TABLE public.part_%s (id integer)', nextval('public.part'));
  END IF;
END
$$;
COMMIT;
