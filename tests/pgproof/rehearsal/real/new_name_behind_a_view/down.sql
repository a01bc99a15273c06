BEGIN;
SET LOCAL lock_timeout = '2s';
DO $$
BEGIN
  IF to_regclass('public.mail') IS NOT NULL THEN
    DROP VIEW public.letters;
    ALTER TABLE public.mail RENAME TO letters;
  END IF;
END
$$;
COMMIT;
