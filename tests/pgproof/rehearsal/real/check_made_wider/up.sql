SET lock_timeout = '3s';
ALTER TABLE public.parcels ADD COLUMN IF NOT EXISTS note text, DROP CONSTRAINT parcels_state,
    ADD CONSTRAINT parcels_state CHECK (state IN ('packed', 'sent', 'lost'));
