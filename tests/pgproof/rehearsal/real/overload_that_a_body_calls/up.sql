BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE OR REPLACE FUNCTION public.price(item int, currency text DEFAULT 'EUR') RETURNS int LANGUAGE sql AS $$ SELECT item $$;
COMMIT;
