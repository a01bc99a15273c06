BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE OR REPLACE FUNCTION public.note_drop() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE LOG 'dropped'; END $$;
DROP EVENT TRIGGER IF EXISTS note_drop;
CREATE EVENT TRIGGER note_drop ON sql_drop EXECUTE FUNCTION public.note_drop();
COMMIT;
