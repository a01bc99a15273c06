BEGIN;
SET LOCAL lock_timeout = '2s';
DROP INDEX IF EXISTS public.per_aisle_aisle;
COMMENT ON MATERIALIZED VIEW public.per_aisle IS NULL;
CREATE OR REPLACE VIEW public.tall AS SELECT id FROM public.shelves;
COMMIT;
