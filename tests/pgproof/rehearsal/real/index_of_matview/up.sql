BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE UNIQUE INDEX IF NOT EXISTS per_aisle_aisle ON public.per_aisle (aisle);
COMMENT ON MATERIALIZED VIEW public.per_aisle IS 'for the map';
CREATE OR REPLACE VIEW public.tall AS SELECT id FROM public.shelves WHERE aisle = 1;
COMMIT;
