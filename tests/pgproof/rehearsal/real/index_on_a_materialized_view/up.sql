BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE UNIQUE INDEX IF NOT EXISTS busy_box ON public.busy (box);
COMMIT;
