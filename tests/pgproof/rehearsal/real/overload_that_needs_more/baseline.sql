CREATE FUNCTION public.price(item int) RETURNS int LANGUAGE sql STABLE SET search_path = '' AS $$ SELECT 2 * item $$;
