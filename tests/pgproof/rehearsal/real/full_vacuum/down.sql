BEGIN;
SET LOCAL lock_timeout = '2s';
COMMENT ON TABLE public.shelves IS NULL;
COMMIT;
