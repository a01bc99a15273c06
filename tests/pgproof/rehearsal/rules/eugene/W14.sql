SET lock_timeout = '2s';
ALTER TABLE public.tags ADD CONSTRAINT tags_key PRIMARY KEY USING INDEX tags_tag;
