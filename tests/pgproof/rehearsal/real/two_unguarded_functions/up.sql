BEGIN;
CREATE OR REPLACE FUNCTION public.coins_of(p_owner uuid) RETURNS bigint LANGUAGE sql SECURITY DEFINER
SET search_path = '' AS $$ SELECT coins FROM public.wallets WHERE owner = p_owner $$;
CREATE OR REPLACE FUNCTION public.has_wallet(p_owner uuid) RETURNS boolean LANGUAGE sql SECURITY DEFINER
SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM public.wallets WHERE owner = p_owner) $$;
COMMIT;
