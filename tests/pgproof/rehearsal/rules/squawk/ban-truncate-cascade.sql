SET lock_timeout = '2s';
TRUNCATE public.depots CASCADE;
