-- Tables like those of a real project, a hundred in each statement: 8 columns, a primary and a foreign key, a unique and
-- two check constraints, two more indexes, two policies, grants and a trigger; a function and a view for every fifth.
-- $1, $2: the numbers of the first and the last table.
CREATE PROCEDURE pg_temp.create_tables(first int, last int) LANGUAGE plpgsql AS $procedure$
DECLARE
  place text;
BEGIN
  FOR n IN first..last LOOP
    place := format('app_%s.table_%s', n % 10, to_char(n, 'FM00000'));
    EXECUTE format($sql$
      CREATE TABLE %1$s (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        owner_id uuid NOT NULL DEFAULT gen_random_uuid(),
        parent_id bigint REFERENCES %1$s ON DELETE CASCADE,
        title text NOT NULL CHECK (length(title) <= 200),
        status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'open', 'done')),
        amount numeric(12, 2),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz,
        UNIQUE (owner_id, title)
      );
      COMMENT ON TABLE %1$s IS 'What an owner keeps in table %2$s.';
      CREATE INDEX ON %1$s (owner_id, created_at DESC);
      CREATE INDEX ON %1$s (parent_id) WHERE status <> 'done';
      ALTER TABLE %1$s ENABLE ROW LEVEL SECURITY;
      CREATE POLICY owner_reads ON %1$s FOR SELECT TO authenticated USING (owner_id = (SELECT auth.uid()));
      CREATE POLICY owner_writes ON %1$s FOR UPDATE TO authenticated
        USING (owner_id = (SELECT auth.uid())) WITH CHECK (status <> 'done');
      REVOKE ALL ON %1$s FROM anon, authenticated;
      GRANT SELECT, INSERT, UPDATE ON %1$s TO authenticated;
      GRANT ALL ON %1$s TO service_role;
      CREATE TRIGGER touch BEFORE UPDATE ON %1$s FOR EACH ROW EXECUTE FUNCTION app_0.touch();
    $sql$, place, n);
    IF n % 5 = 0 THEN
      EXECUTE format($sql$
        CREATE FUNCTION %1$s_open(p_owner_id uuid) RETURNS bigint LANGUAGE sql STABLE SET search_path = ''
          AS 'SELECT count(*) FROM %1$s WHERE owner_id = p_owner_id AND status = ''open''';
        REVOKE EXECUTE ON FUNCTION %1$s_open(uuid) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION %1$s_open(uuid) TO authenticated;
        CREATE VIEW %1$s_newest WITH (security_invoker) AS SELECT DISTINCT ON (owner_id) * FROM %1$s ORDER BY owner_id, created_at DESC;
      $sql$, place);
    END IF;
  END LOOP;
END
$procedure$;
