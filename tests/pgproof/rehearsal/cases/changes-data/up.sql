BEGIN;
SET LOCAL lock_timeout = '1s';
UPDATE public.notes SET body = upper(body) WHERE body <> upper(body);
COMMIT;
