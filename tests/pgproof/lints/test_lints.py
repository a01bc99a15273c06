"""Each rule catches its bad case by name, lets the fixed one pass, and fails where it cannot judge."""

from pathlib import Path

import psycopg
import pytest

from connect.project import REPLICAS
from pgproof import lints

CASES = Path(__file__).with_name("cases")
# What a rule needs, and how a database comes to lack it.
MISSING = {
    "role anon": "ALTER ROLE anon RENAME TO nobody",
    "role authenticated": "ALTER ROLE authenticated RENAME TO nobody",
    "exposed schema": "ALTER SCHEMA public RENAME TO elsewhere",
    "publication supabase_realtime": "ALTER PUBLICATION supabase_realtime RENAME TO other",
    "function auth.uid": "ALTER FUNCTION auth.uid() RENAME TO other",
    "table auth.users": "ALTER TABLE auth.users RENAME TO people",
}


@pytest.fixture(scope="module")
def shared_connection(templates):
    """One connection to one clone for the whole module."""
    with (
        templates.clone(REPLICAS["prod"], "aligned") as conninfo,
        psycopg.connect(conninfo, autocommit=True) as connection,
    ):
        yield connection


@pytest.fixture
def violations_after(shared_connection):
    """Runs a script in the test's transaction, which is rolled back, and returns what the rules find then."""
    shared_connection.execute("BEGIN; SET LOCAL search_path = pg_catalog")

    def after(script):
        shared_connection.execute(script.encode())
        return lints.read(shared_connection)

    yield after
    shared_connection.execute("ROLLBACK")


def objects(violations, rule):
    return [violation.object for violation in violations if violation.rule == rule]


def case(rule):
    """The object of the bad case, its script, and the script that fixes it."""
    bad, fixed = (CASES / f"{rule}.sql").read_text().split("-- fixed\n")
    return bad.splitlines()[0].removeprefix("-- bad: "), bad, fixed


@pytest.mark.parametrize("rule", lints.RULES)
def test_a_rule_catches_its_bad_case_and_not_the_fixed_one(violations_after, rule):
    """The rule names the object that breaks it, says what to do, and is silent once that is done."""
    name, bad, fixed = case(rule)
    violations = violations_after(bad)
    assert name in objects(violations, rule)
    assert all(violation.detail and violation.to_do for violation in violations)
    assert objects(violations_after(fixed), rule) == []


def test_nothing_is_found_in_an_aligned_replica(violations_after):
    """The messaging system passes every rule, and what the platform owns is not judged."""
    assert violations_after("") == ()


@pytest.mark.parametrize("need", MISSING)
def test_a_rule_that_cannot_judge_fails(violations_after, need):
    """Every rule that needs what is missing says so; none passes in silence."""
    texts = {rule: Path(lints.__file__).with_name(f"{rule}.sql").read_text() for rule in lints.RULES}
    needing = {rule for rule, text in texts.items() if need in text.partition("-- needs: ")[2].split("\n")[0]}
    violations = [
        violation for violation in violations_after(MISSING[need]) if violation.object == f"precondition: {need}"
    ]
    assert needing
    assert {violation.rule for violation in violations} == needing
    assert all(violation.inconclusive and violation.detail for violation in violations)


def test_the_exposed_schemas_are_those_of_the_api(violations_after):
    """What the API's own setting exposes is judged, and what it names but is not there is reported."""
    exposed = "ALTER ROLE authenticator SET pgrst.db_schemas = 'private, graphql_public'"
    bad = "CREATE TABLE private.notes (id int PRIMARY KEY)"
    assert objects(violations_after(f"{bad}; {exposed}"), "rls_disabled_in_public") == ["private.notes"]
    violations = violations_after("ALTER ROLE authenticator SET pgrst.db_schemas = 'private, api'")
    assert "precondition: exposed schema" in objects(violations, "rls_disabled_in_public")


def test_a_cycle_of_two_tables_is_recursive_too(violations_after):
    """Policies that select from each other's tables are named, both of them."""
    violations = violations_after("""
      ALTER POLICY chats_select ON public.chats USING (EXISTS (
        SELECT FROM public.chat_participants p WHERE p.chat_id = chats.id AND p.user_id = (SELECT auth.uid())));
      ALTER POLICY chat_participants_select ON public.chat_participants USING (EXISTS (
        SELECT FROM public.chats c WHERE c.id = chat_participants.chat_id));
    """)
    named = {"public.chats chats_select", "public.chat_participants chat_participants_select"}
    assert named <= set(objects(violations, "recursive_policy"))


@pytest.mark.parametrize(
    ("rule", "change", "name"),
    [
        ("api_role_with_powers", "ALTER ROLE authenticated BYPASSRLS", "authenticated"),
        ("api_role_with_powers", "ALTER TABLE public.chats OWNER TO authenticated", "authenticated"),
        ("rls_policy_always_true", "CREATE POLICY p ON public.chats TO anon USING (1 = 1)", "public.chats p"),
        ("security_definer_view", "CREATE VIEW public.v WITH (security_invoker = off) AS SELECT 1 AS one", "public.v"),
        ("duplicate_index", "CREATE INDEX again ON public.chats (id)", "public.again"),
    ],
    ids=lambda value: value.split(" ON ")[0],
)
def test_less_obvious_bad_cases_are_caught_too(violations_after, rule, change, name):
    """The rule catches the less obvious shapes of its defect as well."""
    assert name in objects(violations_after(change), rule)
