BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TYPE public.state RENAME TO state_of_today;
CREATE TYPE public.state AS ENUM ('open', 'done');
ALTER TABLE public.parcels ALTER COLUMN state TYPE public.state USING state::text::public.state;
DROP TYPE public.state_of_today;
COMMIT;
