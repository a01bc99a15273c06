BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE TABLE IF NOT EXISTS public.runs (what text PRIMARY KEY, at timestamptz, xid xid8);
INSERT INTO public.runs VALUES ('letters', transaction_timestamp(), pg_current_xact_id()) ON CONFLICT DO NOTHING;
COMMIT;
