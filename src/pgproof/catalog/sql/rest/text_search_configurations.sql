SELECT 'text search configuration', w.nspname || '.' || quote_ident(c.cfgname), jsonb_build_object(
    'parser', (SELECT prsnamespace::regnamespace::text || '.' || prsname FROM pg_ts_parser WHERE oid = c.cfgparser),
    'dictionaries', (
      SELECT jsonb_object_agg(t.alias, m.dictionaries)
      FROM ts_token_type(c.cfgparser) t,
        LATERAL (
          SELECT jsonb_agg(mapdict::regdictionary::text ORDER BY mapseqno) FROM pg_ts_config_map
          WHERE mapcfg = c.oid AND maptokentype = t.tokid) m (dictionaries)
      WHERE m.dictionaries IS NOT NULL),
    'owner', c.cfgowner::regrole::text, 'comment', obj_description(c.oid, 'pg_ts_config')),
  NULL, NULL
FROM pg_ts_config c
JOIN wanted w ON w.oid = c.cfgnamespace
WHERE NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_ts_config'::regclass AND e.objid = c.oid)
