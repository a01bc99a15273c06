BEGIN;
SET LOCAL lock_timeout = '2s';
DROP EVENT TRIGGER IF EXISTS note_drop;
DROP FUNCTION IF EXISTS public.note_drop();
COMMIT;
