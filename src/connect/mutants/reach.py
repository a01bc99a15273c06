"""What keeps somebody from a step of the chat: each privilege that the step relies on, its policies, roles and owners.

The list follows from what pgproof.reach found on the way of each step of the very project, so none is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connect.guide import callers, reach
from connect.guide.functions import FUNCTIONS
from pgproof.reach.facts import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.reach.facts import Facts, Policy
    from pgproof.reach.needs import Need

_TEST = "reach::step_can_be_taken-"
# Roles belong to the server, which other tests use at the same time; the change is taken back.
_ALONE = "LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE"
_EVERYWHERE = {"SELECT": "pg_read_all_data", "USAGE": "pg_read_all_data"} | dict.fromkeys(
    ("INSERT", "UPDATE", "DELETE"), "pg_write_all_data"
)
_UUID = "gen_random_uuid()"
_MAKE = "authenticated-make"
_NEVER = {"r": "USING (false)", "a": "WITH CHECK (false)"}
_MESSAGES = "ALTER TABLE public.chat_messages"
_OWNER = "owner_without_rights"


def defects(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield the test, after the manner of connect.mutants.criteria, and the SQL of each defect."""
    yield from _privileges(facts)
    for name, step in reach.STEPS.items():
        if step.caller == callers.AUTHENTICATED:
            for change in _policies(facts, name):
                yield f"{_TEST}{name}", change
    # The catalog does not say what needs the server's own functions, which are for PUBLIC unless somebody closes one.
    if any(each.text == _UUID for each in facts.computed if facts.relations[each.relation].name == "chat_messages"):
        yield f"{_TEST}authenticated-send", f"REVOKE EXECUTE ON FUNCTION pg_catalog.{_UUID} FROM PUBLIC"
    yield from _crossed(facts)
    yield from _roles(facts)
    yield from _owners(facts)


def _privileges(facts: Facts) -> Iterator[tuple[str, str]]:
    """Take each privilege away, and expect the first step that relies on it to fail; each step fails at least once."""
    taken: set[Need] = set()
    for name in reach.STEPS:
        needs = [each for each in reach.judge(facts, name).way.held if not _is_optional(name, each)]
        new = [each for each in needs if each not in taken]
        taken.update(new)
        for need in new or needs[:1]:
            yield f"{_TEST}{name}", without(facts, need)


def _is_optional(step: str, need: Need) -> bool:
    """Return whether a project may do without: where nobody may insert chats, a function makes them."""
    return step == _MAKE and need.privilege == "INSERT"


def without(facts: Facts, need: Need) -> str:
    """Return the SQL that takes a privilege from a role, and from PUBLIC and the roles from which it has it."""
    groups = facts.roles[need.role].groups
    holders = ", ".join(["PUBLIC", *(quoted(each) for each in (need.role, *groups))])
    right = need.right.replace("USAGE ON SEQUENCE", "USAGE, UPDATE ON SEQUENCE")
    everywhere = _EVERYWHERE.get(need.privilege)
    wider = f"; {_ALONE}; REVOKE {everywhere} FROM {quoted(need.role)}" if everywhere in groups else ""
    return f"REVOKE {right} FROM {holders} CASCADE{wider}"


def _policies(facts: Facts, name: str) -> Iterator[str]:
    """Yield what closes a table to people: its policies dropped, for others, never true, or one against everybody."""
    asked = reach.judge(facts, name).way.policies
    tables: dict[int, list[Policy]] = {}
    for each in facts.policies:
        if (facts.relations[each.relation].identity, each.name) in asked and callers.AUTHENTICATED in each.applies_to:
            tables.setdefault(each.relation, []).append(each)
    for oid, policies in tables.items():
        table = facts.relations[oid].identity
        if f"public.{table.partition('.')[2]}" not in reach.RELATIONS:
            continue
        named = [f"{quoted(each.name)} ON {table}" for each in policies]
        caller = facts.roles[callers.AUTHENTICATED]
        if name == _MAKE and reach.is_made_by_function(facts, caller, facts.relations[oid]):
            # Policies that let nobody insert are as good as none.
            continue
        if name != _MAKE:
            # Without a policy that lets people insert chats, a function makes them.
            yield "; ".join(f"DROP POLICY {each}" for each in named)
            yield "; ".join(f"ALTER POLICY {each} TO {callers.ANON}" for each in named)
        yield "; ".join(
            f"ALTER POLICY {each} {_NEVER.get(policy.command, 'USING (false) WITH CHECK (1 = 0)')}"
            for each, policy in zip(named, policies, strict=True)
            if policy.permissive
        )
        yield f"CREATE POLICY nobody ON {table} AS RESTRICTIVE TO {callers.AUTHENTICATED} USING (false)"


# Ids of other things than those that are to be compared.
_CROSSED = {
    ("chats", "r"): ("id", "created_by"),
    ("chat_participants", "r"): ("chat_id", "id"),
    ("chat_messages", "r"): ("chat_id", "sender_id"),
    ("chat_messages", "a"): ("chat_id", "id"),
}
_STEP = {"chats": "list", "chat_participants": "list", "chat_messages": "open"}
_HELPER = (
    "SET LOCAL check_function_bodies = off; DO $d$ BEGIN EXECUTE replace(pg_get_functiondef('{0}'::regprocedure),"
    " (SELECT prosrc FROM pg_proc WHERE oid = '{0}'::regprocedure), {1}); END $d$"
)
_SOURCE = "(SELECT prosrc FROM pg_proc WHERE oid = '{0}'::regprocedure)"


def _crossed(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield policies that compare the wrong ids, and helpers of theirs that do, or that always say no."""
    for (table, letter), columns in _CROSSED.items():
        relation = facts.relation("public", table)
        if relation is None:
            continue
        there = [each for each in facts.policies if each.relation == relation.oid and each.command in (letter, "*")]
        away = "; ".join(f"DROP POLICY {quoted(each.name)} ON public.{table}" for each in there)
        command, words = ("SELECT", "USING") if letter == "r" else ("INSERT", "WITH CHECK")
        step = "send" if letter == "a" else _STEP[table]
        for column in columns:
            policy = f"CREATE POLICY crossed ON public.{table} FOR {command} TO {callers.AUTHENTICATED}"
            yield f"{_TEST}authenticated-{step}", f"{away}; {policy} {words} ({column} = auth.uid())"
    helpers = {oid for each in facts.policies for oid in each.use.functions if oid in facts.functions}
    for function in (facts.functions[oid] for oid in sorted(helpers)):
        if "chat_participants" in (function.source or "") and not function.is_atomic:
            source = _SOURCE.format(function.identity)
            said = "NULL::uuid WHERE false" if function.returns_set else "false"
            no = f" SELECT {said} " if function.language == "sql" else " BEGIN RETURN false; END "
            yield f"{_TEST}authenticated-open", _HELPER.format(function.identity, f"'{no}'")
            swapped = source
            for word, other in (("chat_id", "swapped"), ("user_id", "chat_id"), ("swapped", "user_id")):
                swapped = rf"regexp_replace({swapped}, '\m{word}\M', '{other}', 'g')"
            yield f"{_TEST}authenticated-open", _HELPER.format(function.identity, swapped)


def _roles(facts: Facts) -> Iterator[tuple[str, str]]:
    door = f"{_TEST}authenticator-login"
    for attribute in ("NOLOGIN", "VALID UNTIL '2020-01-01'", "CONNECTION LIMIT 0"):
        yield door, f"{_ALONE}; ALTER ROLE {callers.AUTHENTICATOR} {attribute}"
    for caller in (callers.AUTHENTICATED, callers.SERVICE_ROLE, callers.ANON):
        yield door, f"{_ALONE}; REVOKE {caller} FROM {callers.AUTHENTICATOR}"
    holders = ", ".join(("PUBLIC", callers.AUTHENTICATOR, *facts.roles[callers.AUTHENTICATOR].groups))
    yield door, f"REVOKE CONNECT ON DATABASE {quoted(facts.database)} FROM {holders}"
    yield f"{_TEST}service_role-tables", f"{_ALONE}; ALTER ROLE {callers.SERVICE_ROLE} NOBYPASSRLS"


def _owners(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield each function that has its owner's rights, given to an owner who has none, or whom policies hold back."""
    closed = not any(callers.ANON in each.applies_to for each in facts.policies)
    for name in (each.short for each in FUNCTIONS.values() if each.callers):
        for function in facts.named("public", name):
            if not function.definer:
                continue
            given = f"ALTER FUNCTION {function.identity} OWNER TO {_OWNER}"
            test = f"{_TEST}authenticated-{name}"
            yield test, f"{_ALONE}; CREATE ROLE {_OWNER}; {given}"
            if closed:
                schemas = ", ".join(quoted(each) for each in facts.usage)
                rights = (
                    f"GRANT USAGE ON SCHEMA {schemas} TO {_OWNER}; GRANT ALL ON ALL TABLES IN SCHEMA public TO {_OWNER}"
                )
                yield test, f"{_ALONE}; CREATE ROLE {_OWNER}; {rights}; {given}"
                forced = f"{_MESSAGES} OWNER TO {_OWNER}; {_MESSAGES} FORCE ROW LEVEL SECURITY"
                yield test, f"{_ALONE}; CREATE ROLE {_OWNER}; {rights}; {given}; {forced}"
