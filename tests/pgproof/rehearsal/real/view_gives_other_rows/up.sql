BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE OR REPLACE VIEW public.unread WITH (security_invoker = true) AS SELECT id, body FROM public.letters;
COMMIT;
