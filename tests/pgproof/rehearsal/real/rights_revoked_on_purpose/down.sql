BEGIN;
SET LOCAL lock_timeout = '2s';
GRANT SELECT ON public.pay TO clerk;
COMMIT;
