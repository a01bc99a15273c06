SET lock_timeout = '2s';
ALTER TABLE public.shelves ADD COLUMN IF NOT EXISTS room int;
CREATE INDEX shelves_room ON public.shelves (room);
