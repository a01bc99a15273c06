BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.boats ALTER COLUMN berth SET NOT NULL;
COMMIT;
