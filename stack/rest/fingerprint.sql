-- A text that differs from an earlier one if any row that catalog.sql or views.sql looks at is a newer version, is new
-- or is gone: a newer version has another xmin, even for the same oid. Rows that initdb made stay as they are, apart
-- from schemas.
SELECT pg_catalog.concat(
  pg_catalog.count(*), ' ', pg_catalog.sum(pg_catalog.hashtextextended(xmin::pg_catalog.text, oid::pg_catalog.int8))
)
FROM (
  SELECT oid, xmin FROM pg_catalog.pg_namespace
  UNION ALL SELECT oid, xmin FROM pg_catalog.pg_class WHERE oid >= 16384
  UNION ALL SELECT attrelid, xmin FROM pg_catalog.pg_attribute WHERE attrelid >= 16384
  UNION ALL SELECT oid, xmin FROM pg_catalog.pg_attrdef WHERE oid >= 16384
  UNION ALL SELECT oid, xmin FROM pg_catalog.pg_constraint WHERE oid >= 16384
  UNION ALL SELECT oid, xmin FROM pg_catalog.pg_type WHERE oid >= 16384
  -- The default of a column is written with the labels and operators that it names.
  UNION ALL SELECT oid, xmin FROM pg_catalog.pg_enum WHERE oid >= 16384
  UNION ALL SELECT oid, xmin FROM pg_catalog.pg_operator WHERE oid >= 16384
  UNION ALL SELECT oid, xmin FROM pg_catalog.pg_proc WHERE oid >= 16384
  UNION ALL SELECT oid, xmin FROM pg_catalog.pg_cast WHERE oid >= 16384
  UNION ALL SELECT oid, xmin FROM pg_catalog.pg_rewrite WHERE oid >= 16384
) versions
