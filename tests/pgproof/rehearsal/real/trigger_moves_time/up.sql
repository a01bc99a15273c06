BEGIN;
SET LOCAL lock_timeout = '2s';
UPDATE public.letters SET body = initcap(body) WHERE body <> initcap(body);
COMMIT;
