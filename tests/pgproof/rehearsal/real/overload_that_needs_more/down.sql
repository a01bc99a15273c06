BEGIN;
SET LOCAL lock_timeout = '2s';
DROP FUNCTION IF EXISTS public.price(int, int);
COMMIT;
