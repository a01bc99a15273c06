BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.boats ALTER COLUMN berth DROP NOT NULL;
COMMIT;
