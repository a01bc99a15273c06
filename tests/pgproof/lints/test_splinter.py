"""The rules that Supabase's linter has are here too, under its names, levels and categories.

The facts are from github.com/supabase/splinter, folder lints, at commit 55db5b1.
"""

import psycopg
import pytest

from pgproof import lints

SECURITY, PERFORMANCE = ("SECURITY",), ("PERFORMANCE",)
SPLINTER = {
    "unindexed_foreign_keys": ("INFO", PERFORMANCE),
    "auth_users_exposed": ("ERROR", SECURITY),
    "auth_rls_initplan": ("WARN", PERFORMANCE),
    "no_primary_key": ("INFO", PERFORMANCE),
    "unused_index": ("INFO", PERFORMANCE),
    "multiple_permissive_policies": ("WARN", PERFORMANCE),
    "policy_exists_rls_disabled": ("ERROR", SECURITY),
    "rls_enabled_no_policy": ("INFO", SECURITY),
    "duplicate_index": ("WARN", PERFORMANCE),
    "security_definer_view": ("ERROR", SECURITY),
    "function_search_path_mutable": ("WARN", SECURITY),
    "rls_disabled_in_public": ("ERROR", SECURITY),
    "extension_in_public": ("WARN", SECURITY),
    "rls_references_user_metadata": ("ERROR", SECURITY),
    "materialized_view_in_api": ("WARN", SECURITY),
    "foreign_table_in_api": ("WARN", SECURITY),
    "unsupported_reg_types": ("WARN", SECURITY),
    "insecure_queue_exposed_in_api": ("ERROR", SECURITY),
    "table_bloat": ("INFO", PERFORMANCE),
    "fkey_to_auth_unique": ("ERROR", SECURITY),
    "extension_versions_outdated": ("WARN", SECURITY),
    "sensitive_columns_exposed": ("ERROR", SECURITY),
    "rls_policy_always_true": ("WARN", SECURITY),
    "public_bucket_allows_listing": ("WARN", SECURITY),
    "pg_graphql_anon_table_exposed": ("WARN", SECURITY),
    "pg_graphql_authenticated_table_exposed": ("WARN", SECURITY),
    "anon_security_definer_function_executable": ("WARN", SECURITY),
    "authenticated_security_definer_function_executable": ("WARN", SECURITY),
}
# Those of our own.
FURTHER = {
    "api_role_with_powers",
    "auth_table_readable",
    "default_privileges_open_tables",
    "public_definer_function",
    "published_platform_table",
    "published_without_rls",
    "realtime_channel_open_to_all",
    "recursive_policy",
    "storage_files_open_to_all",
    "unguarded_definer_function",
}


def test_every_rule_of_splinter_is_here():
    """There are its 28 rules, and those of our own, and no other."""
    assert len(SPLINTER) == 28
    assert set(lints.RULES) == SPLINTER.keys() | FURTHER
    assert not SPLINTER.keys() & FURTHER


@pytest.mark.parametrize("rule", SPLINTER)
def test_level_and_categories_are_those_of_splinter(rule):
    """Whoever knows the rule from Supabase's advisor finds it as bad here, and as of the same kind."""
    ours = lints.rule(rule)
    assert (ours.level, ours.categories) == SPLINTER[rule]


def test_only_what_goes_by_statistics_fails_nobody():
    """Statistics change by themselves, so what they say is told; every other rule can fail a run."""
    assert {rule.name for rule in lints.rules() if not rule.fails} == {"table_bloat", "unused_index"}


def test_a_policy_without_an_expression_lets_nobody_write(linted_database, violations_after):
    """Splinter names an INSERT policy without WITH CHECK; the server refuses the row, so here nothing is found."""
    found = violations_after("""
      CREATE TABLE public.notes (id int PRIMARY KEY);
      ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
      GRANT INSERT ON public.notes TO authenticated;
      CREATE POLICY add ON public.notes FOR INSERT TO authenticated;
      CREATE POLICY change ON public.notes FOR UPDATE TO authenticated
    """)
    assert not [each for each in found if each.rule == "rls_policy_always_true"]
    linted_database.execute("SET LOCAL ROLE authenticated")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        linted_database.execute("INSERT INTO public.notes VALUES (1)")


@pytest.mark.parametrize(
    "index",
    ["(a, b)", "(a, b, id)", "(a, b) WHERE a > 0"],
)
def test_an_index_that_begins_with_the_key_covers_it(objects_after, index):
    """As for splinter, the columns of the foreign key come first, in its order, and a partial index counts."""
    made = """
      CREATE TABLE public.pairs (a int, b int, PRIMARY KEY (a, b));
      CREATE TABLE public.notes (id int PRIMARY KEY, a int, b int,
        CONSTRAINT of_pair FOREIGN KEY (a, b) REFERENCES public.pairs);
      CREATE INDEX ON public.notes (b, a);
    """
    assert objects_after("unindexed_foreign_keys", made) == ["public.notes of_pair"]
    assert objects_after("unindexed_foreign_keys", f"CREATE INDEX ON public.notes {index}") == []
