CREATE FUNCTION @extschema@.resolve(
  query text, variables jsonb DEFAULT '{}', "operationName" text DEFAULT NULL, extensions jsonb DEFAULT NULL
) RETURNS jsonb
  LANGUAGE sql
  AS $$ SELECT jsonb_build_object('data', NULL) $$;
GRANT USAGE ON SCHEMA @extschema@ TO postgres, anon, authenticated, service_role;
