BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.wages ADD COLUMN IF NOT EXISTS amount int NOT NULL DEFAULT 100;
ALTER TABLE public.wages ALTER COLUMN amount DROP DEFAULT;
CREATE OR REPLACE VIEW public.pay WITH (security_invoker = true) AS SELECT id, amount FROM public.wages;
GRANT SELECT ON public.pay TO clerk;
COMMIT;
