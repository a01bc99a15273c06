CREATE FUNCTION @extschema@.plan(tests integer) RETURNS text LANGUAGE sql AS $$ SELECT '1..' || tests $$;
CREATE FUNCTION @extschema@.no_plan() RETURNS SETOF boolean LANGUAGE sql AS $$ SELECT true WHERE false $$;
CREATE FUNCTION @extschema@.finish(exception_on_failure boolean DEFAULT NULL) RETURNS SETOF text LANGUAGE sql
  AS $$ SELECT ''::text WHERE false $$;
CREATE FUNCTION @extschema@.ok(holds boolean, description text DEFAULT '') RETURNS text LANGUAGE sql
  AS $$ SELECT CASE WHEN holds THEN 'ok' ELSE 'not ok' END || ' - ' || description $$;
CREATE FUNCTION @extschema@.pass(description text DEFAULT '') RETURNS text LANGUAGE sql
  AS $$ SELECT 'ok - ' || description $$;
CREATE FUNCTION @extschema@.fail(description text DEFAULT '') RETURNS text LANGUAGE sql
  AS $$ SELECT 'not ok - ' || description $$;
CREATE FUNCTION @extschema@.is(have anyelement, want anyelement, description text DEFAULT '') RETURNS text LANGUAGE sql
  AS $$ SELECT CASE WHEN have IS NOT DISTINCT FROM want THEN 'ok' ELSE 'not ok' END || ' - ' || description $$;
CREATE FUNCTION @extschema@.isnt(have anyelement, want anyelement, description text DEFAULT '') RETURNS text LANGUAGE sql
  AS $$ SELECT CASE WHEN have IS DISTINCT FROM want THEN 'ok' ELSE 'not ok' END || ' - ' || description $$;
CREATE FUNCTION @extschema@.has_table(schema name, table_name name, description text DEFAULT '') RETURNS text LANGUAGE sql
  AS $$
    SELECT CASE WHEN to_regclass(format('%I.%I', schema, table_name)) IS NOT NULL THEN 'ok' ELSE 'not ok' END
      || ' - ' || description
  $$;
CREATE FUNCTION @extschema@.has_column(schema name, table_name name, column_name name, description text DEFAULT '')
  RETURNS text LANGUAGE sql
  AS $$
    SELECT CASE WHEN EXISTS (
      SELECT FROM pg_attribute a
      WHERE a.attrelid = to_regclass(format('%I.%I', schema, table_name)) AND a.attname = column_name
        AND NOT a.attisdropped
    ) THEN 'ok' ELSE 'not ok' END || ' - ' || description
  $$;
CREATE FUNCTION @extschema@.has_function(schema name, function_name name, description text DEFAULT '') RETURNS text
  LANGUAGE sql
  AS $$
    SELECT CASE WHEN EXISTS (
      SELECT FROM pg_proc p WHERE p.pronamespace = to_regnamespace(quote_ident(schema)) AND p.proname = function_name
    ) THEN 'ok' ELSE 'not ok' END || ' - ' || description
  $$;
