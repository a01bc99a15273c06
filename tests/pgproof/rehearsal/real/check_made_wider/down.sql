BEGIN;
SET LOCAL lock_timeout = '3s';
ALTER TABLE public.parcels DROP COLUMN IF EXISTS note, DROP CONSTRAINT parcels_state;
ALTER TABLE public.parcels ADD CONSTRAINT parcels_state CHECK (state IN ('packed', 'sent'));
COMMIT;
