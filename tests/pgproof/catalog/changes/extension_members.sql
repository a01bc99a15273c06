-- changed grant function app.member(integer) to PUBLIC: only in B: revoked EXECUTE
REVOKE EXECUTE ON FUNCTION app.member(int) FROM PUBLIC;

-- changed grant function app.member(integer) to anon: only in B: added EXECUTE
GRANT EXECUTE ON FUNCTION app.member(int) TO anon;

-- changed grant function app.member(integer) to postgres: only in B: revoked EXECUTE
REVOKE EXECUTE ON FUNCTION app.member(int) FROM postgres;

-- changed grant relation app.of_extension to anon: only in B: added INSERT, SELECT with grant option
GRANT SELECT ON app.of_extension TO anon WITH GRANT OPTION; GRANT INSERT ON app.of_extension TO anon;

-- changed grant relation app.of_extension to authenticated: only in B: revoked SELECT
REVOKE SELECT ON app.of_extension FROM authenticated;

-- changed grant column app.of_extension.a to anon: only in B: added UPDATE
GRANT UPDATE (a) ON app.of_extension TO anon;

-- changed grant type app.member_kind to PUBLIC: only in B: revoked USAGE
REVOKE USAGE ON TYPE app.member_kind FROM PUBLIC;

-- changed grant function pg_sleep(double precision) to PUBLIC: only in B: revoked EXECUTE
REVOKE EXECUTE ON FUNCTION pg_sleep FROM PUBLIC;

-- changed grant relation pg_authid to PUBLIC: only in B: added SELECT
GRANT SELECT ON pg_authid TO PUBLIC;

-- changed grant schema pg_catalog to anon: only in B: added CREATE
GRANT CREATE ON SCHEMA pg_catalog TO anon;

-- extension member app.of_extension: row security only in B
ALTER TABLE app.of_extension ENABLE ROW LEVEL SECURITY;

-- extension member app.of_extension: row security forced only in B
ALTER TABLE app.of_extension FORCE ROW LEVEL SECURITY;

-- extension member app.of_extension: comment only in B: x
COMMENT ON TABLE app.of_extension IS 'x';

-- policy app.of_extension mine: only in B
CREATE POLICY mine ON app.of_extension USING (true);

-- trigger app.of_extension mine: only in B
CREATE TRIGGER mine BEFORE UPDATE ON app.of_extension FOR EACH ROW EXECUTE FUNCTION app.touch();

-- rule app.of_extension mine: only in B
CREATE RULE mine AS ON DELETE TO app.of_extension DO INSTEAD NOTHING;

-- extension plpgsql: owners of members: function app.member(integer) of anon only in B
ALTER FUNCTION app.member(int) OWNER TO anon;

-- extension plpgsql: owners of members: relation app.of_extension of anon only in B
ALTER TABLE app.of_extension OWNER TO anon;

-- extension plpgsql: owners of members: type app.member_kind of anon only in B
ALTER TYPE app.member_kind OWNER TO anon;
