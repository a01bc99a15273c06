"""Each rule catches its bad case by name, lets the fixed one pass, and fails where it cannot judge."""

from pathlib import Path

import pytest

from pgproof import lints
from pgproof.lints import remedies

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

# What no statement can mend: somebody has to know what was meant.
FOR_A_PERSON = {
    "auth_rls_initplan",
    "authenticated_security_definer_function_executable",
    # Its case has an extension that cannot be moved.
    "extension_in_public",
    "fkey_to_auth_unique",
    "multiple_permissive_policies",
    "no_primary_key",
    "pg_graphql_anon_table_exposed",
    "pg_graphql_authenticated_table_exposed",
    "public_bucket_allows_listing",
    "realtime_channel_open_to_all",
    "recursive_policy",
    "rls_enabled_no_policy",
    "rls_policy_always_true",
    "rls_references_user_metadata",
    "sensitive_columns_exposed",
    "storage_files_open_to_all",
    "table_bloat",
    "unguarded_definer_function",
    "unsupported_reg_types",
}
# The server counts scans when a transaction has ended; see test_unused_index.py.
IN_A_TRANSACTION = [rule for rule in lints.RULES if rule != "unused_index"]


def objects(violations, rule):
    return [violation.object for violation in violations if violation.rule == rule]


def case(rule):
    """The object of the bad case, its script, and the script that fixes it."""
    bad, fixed = (CASES / f"{rule}.sql").read_text().split("-- fixed\n")
    return bad.splitlines()[0].removeprefix("-- bad: "), bad, fixed


def test_every_rule_says_how_bad_it_is(violations_after):
    """Each rule has a level, a reason and words for what it found, and the worst come first."""
    rules = lints.rules([lints.Rule("own", "ERROR", "because", "thing", "things")])
    assert {rule.name for rule in rules} == {*lints.RULES, "own"}
    levels = [rule.level for rule in rules]
    assert levels == sorted(levels, key=lints.LEVELS.index)
    assert set(levels) == set(lints.LEVELS)
    for rule in rules:
        assert rule.why
        assert rule.found(1) == f"1 {rule.one}" != rule.found(2).replace("2", "1")
        assert "needs:" not in rule.why


@pytest.mark.parametrize("rule", IN_A_TRANSACTION)
def test_the_remedy_mends_what_was_found(violations_after, rule):
    """What is to be done can be run as it stands, and then the rule finds nothing; if not, it is a sentence."""
    _, bad, _ = case(rule)
    todo = remedies.of(each for each in violations_after(bad) if each.rule == rule)
    runs = [part for part in todo if part.endswith(";")]
    if rule in FOR_A_PERSON:
        assert runs == []
    else:
        assert runs == todo
        assert objects(violations_after("\n".join(todo)), rule) == []


@pytest.mark.parametrize("rule", IN_A_TRANSACTION)
def test_a_rule_catches_its_bad_case_and_not_the_fixed_one(violations_after, rule):
    """The rule names the object that breaks it, says what to do, and is silent once that is done."""
    name, bad, fixed = case(rule)
    violations = violations_after(bad)
    assert name in objects(violations, rule)
    assert all(violation.detail and violation.to_do for violation in violations)
    assert objects(violations_after(fixed), rule) == []


def test_nothing_is_found_in_an_aligned_replica(violations_after):
    """The messaging system breaks one rule, on purpose, and what the platform owns is not judged."""
    found = violations_after("")
    assert {each.rule for each in found} == {"authenticated_security_definer_function_executable"}
    assert [each.object.split("(")[0] for each in found] == [
        "public.get_unread_count",
        "public.mark_messages_as_delivered",
        "public.mark_messages_as_read",
    ]


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
    bad = "CREATE TABLE private.notes (id int PRIMARY KEY); GRANT SELECT ON private.notes TO anon"
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
        (
            "security_definer_view",
            "CREATE VIEW public.v WITH (security_invoker = off) AS SELECT 1 AS one; GRANT SELECT ON public.v TO anon",
            "public.v",
        ),
        ("duplicate_index", "CREATE INDEX again ON public.chats (id)", "public.again"),
    ],
    ids=lambda value: value.split(" ON ")[0],
)
def test_less_obvious_bad_cases_are_caught_too(violations_after, rule, change, name):
    """The rule catches the less obvious shapes of its defect as well."""
    assert name in objects(violations_after(change), rule)


def test_who_may_call_a_function_keeps_it(violations_after):
    """Whoever may call a function only because everybody may is granted it before PUBLIC loses it."""
    made = """
      CREATE FUNCTION public.poll() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT 1';
      REVOKE ALL ON FUNCTION public.poll() FROM anon, authenticated, service_role
    """
    rule = "anon_security_definer_function_executable"
    found = [each for each in violations_after(made) if each.rule == rule]
    assert [each.object for each in found] == ["public.poll()"]
    assert remedies.of(found) == [
        "REVOKE EXECUTE ON FUNCTION public.poll() FROM PUBLIC, anon;",
        "GRANT EXECUTE ON FUNCTION public.poll() TO authenticated, service_role;",
    ]


def test_a_function_that_a_policy_for_anon_needs_is_said(violations_after):
    """Where a policy calls the function for everybody, the policy is to be changed before the grant."""
    made = """
      GRANT EXECUTE ON FUNCTION public.get_unread_count TO anon;
      CREATE POLICY p ON public.chats AS RESTRICTIVE USING (public.get_unread_count(id, created_by) >= 0)
    """
    rule = "anon_security_definer_function_executable"
    first, then = remedies.of(each for each in violations_after(made) if each.rule == rule)
    assert first == "first let these policies be TO authenticated, as they call it for anon: public.chats p"
    assert then == "REVOKE EXECUTE ON FUNCTION public.get_unread_count(uuid,uuid) FROM PUBLIC, anon;"


def test_one_cause_is_named_by_one_rule(violations_after):
    """What anon can call through the API as PUBLIC does not break a second rule; a trigger's function does."""
    made = """
      GRANT EXECUTE ON FUNCTION public.get_unread_count, public.assign_message_seq TO PUBLIC
    """
    found = violations_after(made)
    assert objects(found, "public_definer_function") == ["public.assign_message_seq()"]
    assert objects(found, "anon_security_definer_function_executable") == [
        "public.get_unread_count(p_chat_id uuid, p_user_id uuid)"
    ]


def test_names_in_a_remedy_are_quoted(violations_after):
    """A table that needs quotes has them in the statement, and not in the name by which it is accepted."""
    found = violations_after(
        'CREATE TABLE public."My Notes" (id int PRIMARY KEY); GRANT SELECT ON public."My Notes" TO anon'
    )
    (one,) = [each for each in found if each.rule == "rls_disabled_in_public"]
    assert one.object == "public.My Notes"
    assert remedies.of([one]) == ['ALTER TABLE public."My Notes" ENABLE ROW LEVEL SECURITY;']
