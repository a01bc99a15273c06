BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.shelves ADD COLUMN IF NOT EXISTS part2 int;
COMMIT;
