BEGIN;
SET LOCAL lock_timeout = '2s';
UPDATE public.letters SET body = lower(body) WHERE body <> lower(body);
COMMIT;
