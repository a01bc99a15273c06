BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE OR REPLACE VIEW public.pay AS SELECT id, amount FROM public.wages WHERE amount > 0;
COMMIT;
