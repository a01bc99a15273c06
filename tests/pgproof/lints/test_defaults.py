"""What the API reaches by default, by queues and by GraphQL, each with what only looks like it."""

import pytest

ROLES = "CREATE ROLE owning; CREATE ROLE supabase_owning; ALTER DEFAULT PRIVILEGES FOR ROLE "
OPEN = {
    "owning IN SCHEMA public GRANT SELECT ON TABLES TO anon": ["tables of schema public by owning for anon"],
    "owning GRANT ALL ON TABLES TO authenticated": ["tables of every schema by owning for authenticated"],
    "owning IN SCHEMA public GRANT INSERT ON TABLES TO PUBLIC": ["tables of schema public by owning for PUBLIC"],
    "owning IN SCHEMA public GRANT TRUNCATE ON TABLES TO anon, authenticated": [
        "tables of schema public by owning for anon",
        "tables of schema public by owning for authenticated",
    ],
}
CLOSED = (
    "owning IN SCHEMA public GRANT ALL ON TABLES TO service_role",
    "owning IN SCHEMA private GRANT ALL ON TABLES TO anon",
    "owning IN SCHEMA public GRANT ALL ON SEQUENCES TO anon",
    "owning IN SCHEMA storage GRANT ALL ON TABLES TO anon",
    "owning REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
    # Its own roles are the platform's affair.
    "supabase_owning IN SCHEMA public GRANT ALL ON TABLES TO anon",
)
QUEUES = """
CREATE SCHEMA pgmq; CREATE SCHEMA pgmq_public;
CREATE TABLE pgmq.q_mails (id int PRIMARY KEY); CREATE TABLE pgmq.a_mails (id int PRIMARY KEY);
CREATE TABLE pgmq.quick (id int PRIMARY KEY);
GRANT SELECT ON ALL TABLES IN SCHEMA pgmq TO authenticated, service_role;
"""
OFFERED = "ALTER ROLE authenticator SET pgrst.db_schemas = 'public, pgmq_public';"
GRAPHQL = """
UPDATE pg_extension SET extname = 'pg_graphql' WHERE extname = 'plpgsql';
REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM authenticated;
CREATE TABLE public.notes (id int, note text) PARTITION BY LIST (id);
CREATE TABLE public.notes_1 PARTITION OF public.notes FOR VALUES IN (1);
CREATE VIEW public.few AS SELECT 1 AS one;
CREATE MATERIALIZED VIEW public.stored AS SELECT 1 AS one;
CREATE SCHEMA closed; CREATE TABLE closed.notes (id int PRIMARY KEY);
GRANT SELECT ON public.notes, public.few, public.stored, closed.notes TO anon;
GRANT SELECT (id) ON public.notes_1 TO anon;
GRANT SELECT ON public.few TO authenticated
"""


@pytest.mark.parametrize("default", OPEN)
def test_a_default_that_opens_tables_is_named(objects_after, default):
    """By who creates the tables, where, and for whom."""
    assert objects_after("default_privileges_open_tables", ROLES + default) == OPEN[default]


@pytest.mark.parametrize("default", CLOSED)
def test_a_default_that_opens_none_to_the_api_is_not_named(objects_after, default):
    """What is granted to the service, elsewhere or on other things is no way in."""
    assert objects_after("default_privileges_open_tables", ROLES + default) == []


def test_a_queue_is_named_where_the_api_offers_queues(objects_after):
    """Only the tables of queues, and only where requests reach them."""
    rule = "insecure_queue_exposed_in_api"
    assert objects_after(rule, QUEUES) == []
    assert objects_after(rule, OFFERED) == ["pgmq.q_mails"]
    assert objects_after(rule, "REVOKE SELECT ON pgmq.q_mails FROM authenticated") == []


def test_graphql_describes_by_role(objects_after):
    """What the role can select and reach: tables, partitions, views; not the root of partitions."""
    found = objects_after("pg_graphql_anon_table_exposed", GRAPHQL)
    assert found == ["public.few", "public.notes_1", "public.stored"]
    assert objects_after("pg_graphql_authenticated_table_exposed", "SELECT") == ["public.few"]


def test_without_graphql_nothing_is_described(objects_after):
    """The extension has to be there."""
    made = GRAPHQL.replace("SET extname = 'pg_graphql'", "SET extname = 'pg_other'")
    assert objects_after("pg_graphql_anon_table_exposed", made) == []


def test_an_extension_is_outdated_by_what_the_server_offers(objects_after):
    """A version that the server does not know, as an upgrade leaves it, is none that could be updated."""
    rule = "extension_versions_outdated"
    assert objects_after(rule, "CREATE EXTENSION amcheck") == []
    assert objects_after(rule, "UPDATE pg_extension SET extversion = 'left' WHERE extname = 'amcheck'") == []
    assert objects_after(rule, "UPDATE pg_extension SET extversion = '1.0' WHERE extname = 'amcheck'") == ["amcheck"]


def test_a_table_that_no_api_role_reaches_needs_no_row_security(objects_after):
    """Since tables are granted to nobody by themselves, only a privilege opens one; any is enough."""
    rule = "rls_disabled_in_public"
    assert objects_after(rule, "CREATE TABLE public.notes (id int PRIMARY KEY)") == []
    for privilege in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "SELECT (id)"):
        granted = f"GRANT {privilege} ON public.notes TO authenticated"
        assert objects_after(rule, granted) == ["public.notes"]
        assert objects_after(rule, granted.replace("GRANT", "REVOKE").replace(" TO ", " FROM ")) == []


def test_a_role_of_the_projects_own_has_its_policies_judged(objects_after):
    """Two permissive policies for one command cost the same for a role that is none of the API's."""
    made = """
      CREATE ROLE reporting;
      CREATE TABLE public.notes (id int PRIMARY KEY);
      ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
      CREATE POLICY a ON public.notes FOR SELECT TO reporting USING (id > 0);
      CREATE POLICY b ON public.notes FOR SELECT TO reporting, service_role USING (id < 0)
    """
    assert objects_after("multiple_permissive_policies", made) == ["public.notes select by reporting"]
