SET lock_timeout = '2s';
CREATE DOMAIN public.metres AS int CHECK (value > 0);
