SET lock_timeout = '2s';
ALTER DOMAIN public.grams ADD CONSTRAINT heavy CHECK (value > 0);
