BEGIN;
DROP FUNCTION IF EXISTS public.has_wallet(uuid);
DROP FUNCTION IF EXISTS public.coins_of(uuid);
COMMIT;
