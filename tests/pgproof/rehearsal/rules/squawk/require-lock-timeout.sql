ALTER TABLE public.parcels ADD COLUMN note text;
