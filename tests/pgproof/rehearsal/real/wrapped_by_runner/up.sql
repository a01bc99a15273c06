SET lock_timeout = '2s';
ALTER TABLE public.shelves ADD COLUMN wing text;
CREATE INDEX shelves_wing ON public.shelves (wing);
