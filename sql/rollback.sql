-- Puts one environment back to exactly what it was before 001-003, by the marks that they left. It must be told which
-- environment this is:
--   SET connect.environment = 'prod';      -- or 'staging'
-- then run this file in the same session (in the SQL editor: that line, then this file, in one go; with psql:
-- PGOPTIONS="-c connect.environment=prod" psql -v ON_ERROR_STOP=1 -f rollback.sql).
-- Without an environment, or with one that a mark contradicts, it changes nothing. It is safe to run again, where only
-- some of the scripts were applied, and where there was nothing for them to do.
BEGIN;

-- Behind a long transaction the script gives up before PostgreSQL looks for deadlocks, which could end a sender's
-- transaction instead, and before anybody has waited behind it for long. Every name is written with its schema.
SET LOCAL lock_timeout = '500ms';
SET LOCAL search_path = pg_catalog, pg_temp;

-- In the order in which a sender takes these locks.
LOCK TABLE public.chat_messages, public.chat_participants IN ACCESS EXCLUSIVE MODE;

DO $$
DECLARE
  environment text := coalesce(nullif(current_setting('connect.environment', true), ''), '(not set)');
  other text;
  kept text;
  added record;
  done text[] := '{}';
BEGIN
  IF environment NOT IN ('prod', 'staging') THEN
    RAISE EXCEPTION 'connect.environment is %, expected prod or staging', environment
      USING HINT = 'Nothing was changed. First run: SET connect.environment = ''prod''; (or ''staging'')';
  END IF;

  -- Everything in the messaging tables, and every function, that carries the mark of a script in the first line of its
  -- comment. What the comment said before is below the mark.
  FOR added IN
    SELECT m.*, split_part(m.comment, E'\n', 1) AS mark, substring(m.comment FROM E'\n(.*)') AS comment_before,
      substring(m.comment FROM '^connect-migration: (00[123])') AS script
    FROM (
      SELECT 'column' AS kind, format('%s.%I', a.attrelid::regclass, a.attname) AS name,
          pg_catalog.col_description(a.attrelid, a.attnum) AS comment, a.attname AS own_name
        FROM pg_catalog.pg_attribute a WHERE a.attrelid = 'public.chat_participants'::regclass AND a.attnum > 0
      UNION ALL
      SELECT 'index', i.indexrelid::regclass::text, pg_catalog.obj_description(i.indexrelid, 'pg_class'), NULL
        FROM pg_catalog.pg_index i WHERE i.indrelid = 'public.chat_messages'::regclass
      UNION ALL
      SELECT 'function', p.oid::regprocedure::text, pg_catalog.obj_description(p.oid, 'pg_proc'), p.proname
        FROM pg_catalog.pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    ) AS m
    WHERE m.comment ~ '^connect-migration: 00[123]'
    ORDER BY m.kind, m.name
  LOOP
    other := CASE added.script WHEN '001' THEN 'prod' ELSE 'staging' END;
    IF other <> environment THEN
      RAISE EXCEPTION 'connect.environment is %, but % has the mark of %, which is for %',
          environment, added.name, added.script, other
        USING HINT = format('Nothing was changed. If this is %s, first run: SET connect.environment = %L;', other, other);
    END IF;
    CASE added.kind
      WHEN 'column' THEN
        EXECUTE format('ALTER TABLE public.chat_participants ALTER COLUMN %I DROP NOT NULL', added.own_name);
        EXECUTE format('COMMENT ON COLUMN %s IS %L', added.name, added.comment_before);
      WHEN 'index' THEN
        EXECUTE format('DROP INDEX %s', added.name);
      WHEN 'function' THEN
        kept := replace(added.name, 'public.', 'connect_migration.');
        IF added.own_name = 'mark_messages_as_read' AND added.mark = 'connect-migration: 002' THEN
          RAISE EXCEPTION '% was replaced by an earlier version of 002, which kept nothing', added.name
            USING HINT = 'Nothing was changed. Create the old function by hand, then run this again.';
        END IF;
        EXECUTE format('DROP FUNCTION %s', added.name);
        IF to_regprocedure(kept) IS NOT NULL THEN
          EXECUTE format('ALTER FUNCTION %s SET SCHEMA public', kept);
        END IF;
    END CASE;
    done := done || added.name;
  END LOOP;
  IF pg_catalog.obj_description(to_regnamespace('connect_migration'), 'pg_namespace') LIKE 'connect-migration: %' THEN
    DROP SCHEMA connect_migration;
  END IF;

  IF done = '{}' THEN
    RAISE NOTICE '✓ Nothing here carries a mark of 001-003, so there was nothing to take back';
  ELSE
    RAISE NOTICE '✓ Rolled % back to its state before the migration: %', environment, array_to_string(done, ', ');
  END IF;
END
$$;

COMMIT;
