BEGIN;
SET LOCAL lock_timeout = '2s';
DROP TRIGGER IF EXISTS joined ON auth.users;
DROP FUNCTION IF EXISTS public.join_club();
COMMIT;
