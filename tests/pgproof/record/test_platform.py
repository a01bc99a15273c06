"""Of the platform's schemas a record holds what people change there, and nothing that an upgrade changes."""

import pytest

from connect.project import PROJECT, REPLICAS
from pgproof import catalog, record
from pgproof.record import scope

# As much of a hosted project as the changes below need, beside what every replica has.
HOSTED = """
CREATE FUNCTION storage.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE UPDATE ON storage.objects FOR EACH ROW EXECUTE FUNCTION storage.touch();
CREATE TABLE realtime.days (id int, day date) PARTITION BY RANGE (day);
CREATE PUBLICATION supabase_realtime_messages_publication FOR TABLE realtime.days;
CREATE FUNCTION extensions.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER pgrst_watch ON ddl_command_end EXECUTE FUNCTION extensions.watch();
CREATE FUNCTION public.welcome() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER welcomed AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.welcome();
CREATE POLICY own_files ON storage.objects FOR SELECT TO authenticated USING (true);
"""
# What people do there, and how the line begins that names it.
TOLD = {
    "policy storage.objects own_files: using differs": "ALTER POLICY own_files ON storage.objects USING (false)",
    "policy storage.objects other: only in the database": "CREATE POLICY other ON storage.objects USING (true)",
    "trigger auth.users welcomed: only in the record": "DROP TRIGGER welcomed ON auth.users",
    "trigger auth.users welcomed: enabled differs: yes": "ALTER TABLE auth.users DISABLE TRIGGER welcomed",
    "platform trigger storage.objects touched: enabled differs": "ALTER TABLE storage.objects DISABLE TRIGGER touched",
    "platform event trigger pgrst_watch: enabled differs": "ALTER EVENT TRIGGER pgrst_watch DISABLE",
    "platform table storage.objects: row security only in the record": (
        "ALTER TABLE storage.objects DISABLE ROW LEVEL SECURITY"
    ),
    "grant relation auth.users to anon: only in the database": "GRANT SELECT ON auth.users TO anon",
    "grant column auth.users.email to PUBLIC: only in the database": "GRANT SELECT (email) ON auth.users TO PUBLIC",
    "grant function auth.uid() to PUBLIC: only in the record": "REVOKE EXECUTE ON FUNCTION auth.uid FROM PUBLIC",
    "grant schema storage to anon: only in the record": "REVOKE USAGE ON SCHEMA storage FROM anon",
    "published table supabase_realtime auth.users: only in the database": (
        "ALTER PUBLICATION supabase_realtime ADD TABLE auth.users"
    ),
    "event trigger mine: only in the database": (
        "CREATE FUNCTION public.mine() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
        "CREATE EVENT TRIGGER mine ON sql_drop EXECUTE FUNCTION public.mine()"
    ),
}
# What an upgrade does there, or a new day.
NOT_TOLD = [
    "CREATE TABLE realtime.m_20300101 PARTITION OF realtime.days FOR VALUES FROM ('2030-01-01') TO ('2030-01-02')",
    "ALTER TABLE auth.users ADD nickname text; CREATE INDEX ON auth.users (nickname)",
    "CREATE TABLE auth.passkeys (id int); GRANT SELECT ON auth.passkeys TO service_role",
    "CREATE OR REPLACE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS 'SELECT NULL::text'",
    "CREATE FUNCTION storage.suffix(text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
    "DROP TRIGGER touched ON storage.objects; DROP FUNCTION storage.touch()",
    "CREATE SCHEMA vault; GRANT USAGE ON SCHEMA vault TO service_role",
    "GRANT ALL ON auth.users TO authenticator",
    "DROP PUBLICATION supabase_realtime_messages_publication",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA storage GRANT ALL ON TABLES TO anon",
]


@pytest.fixture(scope="module")
def hosted_record(templates):
    """A connection to such a database, in a transaction of each test's own."""
    import psycopg

    with templates.clone(REPLICAS["prod"], "aligned") as conninfo, psycopg.connect(conninfo, autocommit=True) as one:
        one.execute("SET search_path = pg_catalog")
        one.execute(HOSTED.encode())
        yield one


@pytest.fixture
def lines_after(hosted_record):
    """What the record says of a change, which is taken back."""

    def lines(change, reduced=lambda found: record.of(found, PROJECT)):
        before = reduced(catalog.read(hosted_record))
        hosted_record.execute("BEGIN")
        try:
            hosted_record.execute(change.encode())
            return record.changes(before, reduced(catalog.read(hosted_record)))
        finally:
            hosted_record.execute("ROLLBACK")

    return lines


@pytest.mark.parametrize("line", TOLD)
def test_what_people_change_there_is_named(lines_after, line):
    """The change is named; a function that comes with it is one more line."""
    lines = lines_after(TOLD[line])
    assert [each for each in lines if "function public.mine" not in each and each.startswith(line)] != []
    assert len(lines) <= 2, lines


@pytest.mark.parametrize("change", NOT_TOLD)
def test_what_an_upgrade_changes_there_is_not(lines_after, change):
    """The project's people did not do it, so the record says nothing."""
    assert lines_after(change) == ()


@pytest.mark.parametrize("change", NOT_TOLD)
def test_without_a_platform_nothing_is_left_out(lines_after, change):
    """A project that is not on Supabase may have schemas of these names; there each such change is named."""
    lines = lines_after(change, lambda found: scope.reduce(found, supabase=False, verifier=None))
    assert lines != ()


@pytest.mark.parametrize(
    "change",
    [
        "GRANT SELECT ON public.chats TO connect_verifier",
        "CREATE POLICY connect_verifier_select ON public.chats FOR SELECT TO connect_verifier USING (true)",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA private GRANT SELECT ON TABLES TO connect_verifier",
    ],
)
def test_the_role_that_verifies_is_left_out(templates, lines_after, change):
    """What sql/verifier_role.sql does is not a change of the project."""
    with templates.alone("connect_verifier"):
        role = "CREATE ROLE connect_verifier"
        create = f"DO $$ BEGIN {role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
        assert lines_after(create + change) == ()


def test_a_policy_that_only_bears_the_verifiers_name_is_named(lines_after):
    """A policy for everybody is not the verifier's, whatever it is called."""
    lines = lines_after("CREATE POLICY connect_verifier_select ON public.chats FOR SELECT USING (true)")
    assert lines == ("policy public.chats connect_verifier_select: only in the database",)
