-- The properties of the database itself, whatever its name.
SELECT 'database', 'compared', jsonb_build_object(
    'owner', d.datdba::regrole::text,
    'encoding', pg_encoding_to_char(d.encoding),
    'collation', d.datcollate,
    'character type', d.datctype,
    'locale provider', d.datlocprovider,
    'locale', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'),
    'connection limit', d.datconnlimit,
    'settings', (
      SELECT jsonb_agg(s ORDER BY s COLLATE "C")
      FROM pg_db_role_setting r, unnest(r.setconfig) o,
        concat(o, CASE WHEN r.setrole <> 0 THEN ' for ' || r.setrole::regrole::text END) s
      WHERE r.setdatabase = d.oid),
    'comment', shobj_description(d.oid, 'pg_database')),
  NULL, NULL
FROM pg_database d
WHERE d.datname = current_database()
