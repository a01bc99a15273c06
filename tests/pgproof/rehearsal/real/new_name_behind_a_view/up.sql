BEGIN;
SET LOCAL lock_timeout = '2s';
DO $$
BEGIN
  IF (SELECT relkind FROM pg_class WHERE oid = to_regclass('public.letters')) = 'r' THEN
    ALTER TABLE public.letters RENAME TO mail;
    CREATE VIEW public.letters WITH (security_invoker = true) AS SELECT * FROM public.mail;
  END IF;
END
$$;
COMMIT;
