BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.bays DROP CONSTRAINT IF EXISTS bays_aisle_no;
ALTER TABLE public.bays ALTER COLUMN aisle_no DROP NOT NULL;
CREATE UNIQUE INDEX bays_aisle_no ON public.bays (aisle_no);
COMMIT;
