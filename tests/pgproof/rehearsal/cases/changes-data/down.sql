BEGIN;
SET LOCAL lock_timeout = '1s';
UPDATE public.notes SET body = lower(body) WHERE body <> lower(body);
COMMIT;
