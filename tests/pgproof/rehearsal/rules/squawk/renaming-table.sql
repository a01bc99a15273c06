SET lock_timeout = '2s';
ALTER TABLE public.tags RENAME TO labels;
