BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TYPE public.colour ADD VALUE IF NOT EXISTS 'blue';
COMMIT;
