"""Mutants written by hand: defects in the public record of this migration, and defects that only reviews found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connect.mutants import declared, lint, mutant, parity, validation
from connect.mutants.functions import chapters, definition
from connect.paths import ROLLBACK, VALIDATION
from connect.project import REPLICAS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from connect.mutants import Mutant
    from pgproof.catalog import Catalog

_001 = REPLICAS["prod"].migrations[0]
_002 = REPLICAS["staging"].migrations[0]
_TRIP = "tests/migration/test_round_trip.py::"
_CAN_FAIL = "tests/connect/test_validation_can_fail.py::"
_POLICIES = "tests/security/test_policies.py::"
_ROLES = "tests/security/test_roles.py::"
_READ = "public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid)"
_UNREAD = "public.get_unread_count(p_chat_id uuid, p_user_id uuid)"
_MOVED = "public.update_chat_last_message_at()"
_MEMBER = "private.is_chat_member(p_chat_id uuid)"
_SEATS = "p.chat_id = p_chat_id AND p.user_id = auth.uid()"
_OPENS = "tests/schema/test_reach.py::test_step_can_be_taken[{env}-authenticated-open]"
_GUARD = "auth.uid() IS DISTINCT FROM p_user_id"
_SELF_READING = """
ALTER POLICY chat_participants_select ON public.chat_participants USING (EXISTS (
  SELECT FROM public.chat_participants mine
  WHERE mine.chat_id = chat_participants.chat_id AND mine.user_id = (SELECT auth.uid())))
"""
# It asks who calls, and then ignores the answer.
_MENTIONING = """
CREATE FUNCTION public.forget(p_user_id uuid) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN PERFORM auth.uid(); DELETE FROM public.chat_participants p WHERE p.user_id = p_user_id; END $$;
REVOKE ALL ON FUNCTION public.forget(uuid) FROM PUBLIC, anon;
GRANT EXECUTE ON FUNCTION public.forget(uuid) TO authenticated
"""


def mutants(catalog: Catalog) -> Iterator[Mutant]:
    """Yield mutants named trap-1-… to trap-10-…, after the numbers in the record, and review-…"""
    yield from _scripts()
    yield from _databases()
    yield from _bodies(catalog)


def edited(path: Path, old: str, new: str) -> tuple[Path, str]:
    """Return a script and its text with old replaced by new. Raises ValueError unless old occurs exactly once."""
    text = path.read_text()
    if text.count(old) != 1:
        raise ValueError(f"{path.name} contains {old!r} {text.count(old)} times; expected it once")
    return path, text.replace(old, new)


def _scripts() -> Iterator[Mutant]:
    notices, restores = (
        f"{_TRIP}test_notices_are_the_guides[{{env}}",
        f"{_TRIP}test_rollback_restores_the_baseline[{{env}}",
    )
    loose = edited(_001, "\nCOMMIT;", "\nRAISE NOTICE '✓ all done';\nCOMMIT;")
    yield mutant("trap-1-notice-outside-do", "", notices, environment="prod", script=loose)
    text = _002.read_text()
    first, last = text.index("    IF there IS NOT NULL THEN"), text.index("    done := done || wanted")
    kept = _002, text[:first] + text[last:]
    yield mutant("trap-2-replaced-without-drop", "", notices, environment="staging", script=kept)
    status = "ELSE '✗ FAIL' END AS status"
    constant = edited(VALIDATION, status, "ELSE '✓ PASS' END AS status")
    yield mutant("trap-3-constant-status", "", f"{_CAN_FAIL}test_the_row_fails_by_its_defect", script=constant)
    strict = "'index ' || name, covered_by IS NOT NULL,"
    loose = edited(
        VALIDATION, strict, "'index ' || name, covered_by IS NOT NULL AND name LIKE 'uq%' OR name LIKE 'idx%',"
    )
    yield mutant("trap-4-and-or-without-brackets", "", f"{_CAN_FAIL}test_the_row_fails_by_its_defect", script=loose)
    commented = ROLLBACK, "\n".join(f"-- {line}" for line in ROLLBACK.read_text().splitlines()) + "\nSELECT 1;\n"
    yield mutant("trap-5-rollback-commented-out", "", restores, script=commented)
    refuses = f"{_TRIP}test_rollback_refuses_unless_told_the_right_environment[{{env}}"
    assumes = edited(ROLLBACK, "IF other <> environment THEN", "IF false THEN")
    yield mutant("trap-5-rollback-asks-no-mark", "", refuses, script=assumes)
    unnamed = edited(ROLLBACK, "IF environment NOT IN ('prod', 'staging') THEN", "IF false THEN")
    needs = f"{_TRIP}test_rollback_of_nothing_needs_a_known_name_too[{{env}}"
    yield mutant("trap-5-rollback-takes-any-name", "", needs, script=unnamed)
    keeps = edited(ROLLBACK, "EXECUTE format('DROP INDEX %s', added.name);", "NULL;")
    yield mutant("trap-5-rollback-keeps-index", "", restores, script=keeps)
    rewrites = edited(ROLLBACK, "IF to_regprocedure(kept) IS NOT NULL THEN", "IF false THEN")
    yield mutant("trap-5-rollback-forgets-what-was", "", restores, environment="staging", script=rewrites)


def _databases() -> Iterator[Mutant]:
    yield mutant(
        "trap-2-grants-lost",
        f"GRANT EXECUTE ON FUNCTION {_READ} TO PUBLIC, anon",
        f"{_ROLES}test_function_is_not_for_public_nor_anon[{{env}}-public.mark_messages_as_read]",
        lint("anon_security_definer_function_executable"),
        parity("grant"),
    )
    yield mutant("trap-3-missing-function", f"DROP FUNCTION {_UNREAD}", validation("functions"))
    yield mutant(
        "trap-6-nullable-message-keys",
        "ALTER TABLE public.chat_messages ALTER chat_id DROP NOT NULL, ALTER sender_id DROP NOT NULL",
        "tests/schema/own_baseline/test_columns.py::test_column_is_as_declared[{env}-chat_messages.chat_id]",
        "tests/schema/own_baseline/test_columns.py::test_column_is_as_declared[{env}-chat_messages.sender_id]",
        parity("column"),
        environment="prod",
    )
    yield mutant(
        "trap-7-recursive-policy",
        _SELF_READING,
        lint("recursive_policy"),
        f"{_POLICIES}test_a_member_lists_his_conversations[{{env}}-self]",
        parity("policy"),
    )
    yield mutant(
        "review-mentions-the-caller", _MENTIONING, lint("unguarded_definer_function"), declared("unknown_function")
    )
    yield mutant("review-users-readable", "GRANT SELECT ON auth.users TO authenticated", lint("auth_table_readable"))
    crossed = "ALTER POLICY chat_messages_select ON public.chat_messages USING (chat_id = auth.uid())"
    yield mutant("review-policy-crossed", crossed, _OPENS, parity("policy"))
    published = "ALTER PUBLICATION supabase_realtime ADD TABLE auth.users"
    yield mutant("review-users-published", published, lint("published_platform_table"))


def _bodies(catalog: Catalog) -> Iterator[Mutant]:
    def changed(identity: str, old: str, new: str) -> str:
        function = catalog.get("function", identity)
        if old not in function["body"]:
            raise ValueError(f"{identity} does not contain {old!r}")
        return definition(identity, function, body=function["body"].replace(old, new))

    for name, instead in (
        ("no", "false"),
        ("crossed", "p.chat_id = auth.uid() AND p.user_id = p_chat_id"),
    ):
        yield mutant(f"review-helper-says-{name}", changed(_MEMBER, _SEATS, instead), _OPENS, parity("function"))
    exact, nobody = (
        declared("function_as_declared"),
        "tests/security/test_function_matrix.py::test_caller_gets_what_is_expected[{env}-NULL uid-",
    )
    for name, identity in (("mark_messages_as_read", _READ), ("get_unread_count", _UNREAD)):
        weak = changed(identity, _GUARD, "p_user_id <> auth.uid()")
        yield mutant(f"trap-8-null-passes-{name}", weak, f"{nobody}public.{name}]", exact)
    now = changed(_READ, "SET last_read_at = read_stamp", "SET last_read_at = now()")
    yield mutant("trap-9-read-point-is-now", now, "tests/functions/test_visible_before_read.py", exact)
    status = changed(_UNREAD, "m.seq > read_seq", "m.status <> 'read'")
    group = "tests/functions/test_mark_messages_as_read.py::test_group_badges_are_independent[{env}]"
    yield mutant("trap-9-one-badge-for-all", status, group, exact)
    written = changed(_UNREAD, "m.seq > read_seq", "m.created_at > coalesce(read_stamp, '-infinity')")
    old = "tests/functions/test_mark_messages_as_read.py::test_message_with_an_old_created_at_is_unread[{env}]"
    yield mutant("trap-10-unread-by-created-at", written, old, exact)
    down = changed(_MOVED, "greatest(c.last_message_at, NEW.created_at)", "NEW.created_at")
    yield mutant("trap-10-list-by-created-at", down, chapters("update_chat_last_message_at"), exact)
