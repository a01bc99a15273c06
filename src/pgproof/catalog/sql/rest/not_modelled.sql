-- What people made and no other file reads, counted, so that nothing is left out silently. An object of a kind that
-- only a later PostgreSQL has shows up through what it depends on.
SELECT 'not modelled', o.class::text, jsonb_build_object('count', count(DISTINCT o.oid)), NULL, NULL
FROM (
  SELECT 'pg_largeobject_metadata'::regclass, l.oid FROM pg_largeobject_metadata l
  UNION ALL
  SELECT d.classid::regclass, d.objid FROM pg_depend d WHERE d.deptype <> 'e'
  UNION ALL
  SELECT d.classid::regclass, d.objid FROM pg_shdepend d
    WHERE d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
) o (class, oid)
WHERE o.oid >= 16384
  AND o.class NOT IN (
    'pg_am'::regclass, 'pg_amop'::regclass, 'pg_amproc'::regclass, 'pg_attrdef'::regclass, 'pg_cast'::regclass,
    'pg_class'::regclass, 'pg_collation'::regclass, 'pg_constraint'::regclass, 'pg_conversion'::regclass,
    'pg_default_acl'::regclass, 'pg_event_trigger'::regclass, 'pg_extension'::regclass,
    'pg_foreign_data_wrapper'::regclass, 'pg_foreign_server'::regclass, 'pg_language'::regclass,
    'pg_namespace'::regclass, 'pg_opclass'::regclass, 'pg_operator'::regclass, 'pg_opfamily'::regclass,
    'pg_policy'::regclass, 'pg_proc'::regclass, 'pg_publication'::regclass, 'pg_publication_namespace'::regclass,
    'pg_publication_rel'::regclass, 'pg_rewrite'::regclass, 'pg_statistic_ext'::regclass, 'pg_transform'::regclass,
    'pg_trigger'::regclass, 'pg_ts_config'::regclass, 'pg_ts_dict'::regclass, 'pg_ts_parser'::regclass,
    'pg_ts_template'::regclass, 'pg_type'::regclass, 'pg_user_mapping'::regclass)
  AND NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = o.class AND e.objid = o.oid)
GROUP BY o.class
