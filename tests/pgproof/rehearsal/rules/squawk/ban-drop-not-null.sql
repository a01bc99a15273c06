SET lock_timeout = '2s';
ALTER TABLE public.depots ALTER COLUMN name DROP NOT NULL;
