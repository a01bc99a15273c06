BEGIN;
SET LOCAL lock_timeout = '2s';
REVOKE SELECT ON public.pay FROM clerk;
COMMIT;
