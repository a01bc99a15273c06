-- What authenticator and the roles that it can become are told about the API, as one JSON document.
WITH told AS (
  SELECT s.setrole, s.setdatabase, split_part(each, '=', 1) AS name, substr(each, strpos(each, '=') + 1) AS value
  FROM pg_catalog.pg_db_role_setting s, unnest(s.setconfig) AS each
  WHERE s.setdatabase IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_catalog))
)
SELECT json_build_object(
  -- What is set for this database goes before what is set for the role alone, and that before the database's own.
  'own', (
    SELECT coalesce(json_object_agg(name, value), '{}')
    FROM (
      SELECT DISTINCT ON (name) name, value FROM told
      WHERE setrole IN (0, current_user::regrole::oid)
        AND (setrole <> 0 OR name NOT LIKE 'pgrst.%')
      ORDER BY name, setrole DESC, setdatabase DESC
    ) own
  ),
  -- A setting that authenticator may not change is not for it to hand on.
  'roles', (
    SELECT coalesce(json_object_agg(rolname, settings), '{}')
    FROM (
      SELECT r.rolname, json_object_agg(t.name, t.value) AS settings
      FROM pg_catalog.pg_auth_members m
      JOIN pg_catalog.pg_roles r ON r.oid = m.roleid
      JOIN told t ON t.setrole = r.oid AND t.setdatabase = 0
      JOIN pg_catalog.pg_settings s ON s.name = t.name
      WHERE m.member = current_user::regrole::oid
        AND (s.context = 'user' OR has_parameter_privilege(current_user, s.name, 'SET'))
      GROUP BY r.rolname
    ) roles
  )
)::text
