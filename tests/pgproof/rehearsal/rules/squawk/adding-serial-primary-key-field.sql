SET lock_timeout = '2s';
ALTER TABLE public.tags ADD COLUMN id serial PRIMARY KEY;
