BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.letters DISABLE TRIGGER stamp;
UPDATE public.letters SET body = lower(body) WHERE body <> lower(body);
ALTER TABLE public.letters ENABLE TRIGGER stamp;
COMMIT;
