CREATE FUNCTION public.price(item int, rebate int DEFAULT 0) RETURNS int LANGUAGE sql AS $$ SELECT item - rebate $$;
CREATE FUNCTION public.total(item int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN public.price(item); END $$;
