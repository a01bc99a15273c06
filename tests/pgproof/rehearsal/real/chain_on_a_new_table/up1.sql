BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE TABLE IF NOT EXISTS public.pins (id int PRIMARY KEY);
COMMIT;
