BEGIN;
SET LOCAL lock_timeout = '2s';
DELETE FROM public.stamps WHERE ctid = (SELECT min(ctid) FROM public.stamps WHERE name = 'old');
CREATE INDEX IF NOT EXISTS stamps_name ON public.stamps (name);
COMMIT;
