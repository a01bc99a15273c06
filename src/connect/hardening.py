"""What is safer in any messaging system, beside what a linter knows: who may reach and write what, by the catalog.

A violation is advice, which can be accepted for a time like a linter's. The remedies keep what the project itself has:
its columns, its functions' search paths, and what signed-in users may do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connect.schema import SCHEMA, TABLES
from pgproof.lints import Rule, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pgproof.catalog import Catalog

    _Columns = Mapping[str, Mapping[str, tuple[str, ...]]]
    _Grants = Mapping[tuple[str, str], set[str]]

_USERS = "authenticated"
# PostgREST's own role can become the others, and needs nothing for itself.
_API = (_USERS, "authenticator")
_STRANGERS = ("PUBLIC", "anon")
_STRONG = ("MAINTAIN", "REFERENCES", "TRIGGER", "TRUNCATE")
# By table: what the five functions and the triggers keep of a row, and where a row belongs.
_KEPT: _Columns = {
    "chat_messages": {"seq": ("INSERT", "UPDATE"), "status": ("INSERT", "UPDATE")},
    "chat_participants": {"last_read_at": ("UPDATE",)},
    "chats": {"last_message_at": ("UPDATE",)},
}
_PLACE: _Columns = {
    "chat_messages": {"chat_id": ("UPDATE",), "sender_id": ("UPDATE",)},
    "chat_participants": {"chat_id": ("UPDATE",), "user_id": ("UPDATE",)},
}
# pg_class.relkind of tables, also of partitioned ones.
_TABLES = ("r", "p")
_COMMANDS = {"INSERT": "a", "UPDATE": "w"}

RULES = (
    Rule(
        "anon_reaches_messaging",
        "WARN",
        "Nobody chats without signing in. Only the policies keep anon from what it has a privilege on, and one policy"
        " for everybody is enough to give it away.",
        "privilege on the chat is open to callers who did not sign in",
        "privileges on the chat are open to callers who did not sign in",
    ),
    Rule(
        "api_passes_row_security",
        "WARN",
        "TRUNCATE asks no policy, a trigger or a foreign key of one's own sees every row, and no page needs them.",
        "privilege of signed-in users asks no policy",
        "privileges of signed-in users ask no policy",
    ),
    Rule(
        "api_writes_what_functions_keep",
        "WARN",
        "A page that writes these itself, or whoever calls the API by hand, can disturb the order of messages, the"
        " ticks and the unread counts, which the functions and triggers keep.",
        "privilege lets signed-in users write what the functions keep",
        "privileges let signed-in users write what the functions keep",
    ),
    Rule(
        "api_moves_rows",
        "WARN",
        "Who may change where a row belongs can put a message into a chat, or under a name, that is not theirs, unless"
        " each policy checks the new row as strictly as an insert.",
        "privilege lets signed-in users change where a row belongs",
        "privileges let signed-in users change where a row belongs",
    ),
    Rule(
        "definer_search_path",
        "INFO",
        "A search path that does not end with pg_temp begins with it: a temporary table or type of the caller's then"
        " stands for one of the function's, and is used with its owner's rights.",
        "function with its owner's rights looks into its caller's temporary schema first",
        "functions with their owner's rights look into their caller's temporary schema first",
    ),
)


def violations(catalog: Catalog) -> Iterator[Violation]:
    """Yield what breaks the rules in a catalog of the messaging schemas."""
    grants = _grants(catalog)
    yield from _strangers(catalog, grants)
    # Policies and columns of one's own have tables alone; that a view is none, the guide's own checks say.
    tables = {table for table in TABLES if catalog.get("relation", f"public.{table}").get("kind") in _TABLES}
    for (thing, who), privileges in sorted(grants.items()):
        table = thing.removeprefix("relation public.")
        if who in _API and table in tables:
            for privilege in sorted(privileges & set(_STRONG)):
                yield Violation(
                    "api_passes_row_security",
                    f"public.{table}: {privilege} by {who}",
                    "asks no policy",
                    f"REVOKE {privilege} ON TABLE public.{table} FROM {who}",
                )
    yield from _written(catalog, grants, "api_writes_what_functions_keep", _of(_KEPT, tables))
    yield from _written(catalog, grants, "api_moves_rows", _of(_PLACE, tables))
    yield from _search_paths(catalog)


def _of(columns: _Columns, tables: set[str]) -> _Columns:
    """Return what is of these tables."""
    return {table: wanted for table, wanted in columns.items() if table in tables}


def _grants(catalog: Catalog) -> _Grants:
    """Return the privileges by thing and grantee, such as ("relation public.chats", "anon")."""
    found: dict[tuple[str, str], set[str]] = {}
    for identity, each in catalog.of_kind("grant").items():
        thing, _, who = identity.rpartition(" to ")
        found[thing, who] = {privilege.removesuffix(" with grant option") for privilege in each["privileges"]}
    return found


def _strangers(catalog: Catalog, grants: _Grants) -> Iterator[Violation]:
    """Yield what anon or PUBLIC may do. A definer function that anon can call is the linter's to name."""
    five = {function.name for function in SCHEMA.functions.values() if function.guide}
    for (thing, who), privileges in sorted(grants.items()):
        kind, _, identity = thing.partition(" ")
        if who not in _STRANGERS:
            continue
        if kind == "function":
            function = catalog.get(kind, identity)
            if identity.split("(")[0] not in five or function["security definer"] or function["result"] == "trigger":
                continue
            on, name = f"FUNCTION {identity}", identity
        elif kind in ("relation", "column") and identity.removeprefix("public.").split(".")[0] in TABLES:
            table, _, column = identity.removeprefix("public.").partition(".")
            on, name = f"TABLE public.{table}", f"public.{table}" + (f".{column}" if column else "")
        else:
            continue
        for privilege in sorted(privileges):
            columns = f" ({identity.rpartition('.')[2]})" if kind == "column" else ""
            to_do = f"REVOKE {privilege}{columns} ON {on} FROM PUBLIC, anon"
            losing = [role for role in (_USERS, "service_role") if privilege not in grants.get((thing, role), ())]
            if who == "PUBLIC" and losing and privilege not in _STRONG:
                to_do += f"; GRANT {privilege}{columns} ON {on} TO {', '.join(losing)}"
            yield Violation("anon_reaches_messaging", f"{name}: {privilege} by {who}", "needs no signing in", to_do)


def _written(
    catalog: Catalog,
    grants: _Grants,
    rule: str,
    columns: _Columns,
) -> Iterator[Violation]:
    """Yield the columns that signed-in users may write, where a policy lets them write the table at all."""
    for table, wanted in columns.items():
        for column, privileges in wanted.items():
            if not catalog.get("column", f"public.{table}.{column}"):
                continue
            for privilege in privileges:
                on_table = privilege in grants.get((f"relation public.{table}", _USERS), ())
                on_column = privilege in grants.get((f"column public.{table}.{column}", _USERS), ())
                if (on_table or on_column) and _lets(catalog, table, _COMMANDS[privilege]):
                    to_do = f"REVOKE {privilege} ({column}) ON TABLE public.{table} FROM {_USERS}"
                    if on_table:
                        others = ", ".join(_others(catalog, table, privilege))
                        to_do = (
                            f"REVOKE {privilege} ON TABLE public.{table} FROM {_USERS};"
                            f" GRANT {privilege} ({others}) ON TABLE public.{table} TO {_USERS}"
                        )
                    name = f"public.{table}.{column}: {privilege}"
                    yield Violation(rule, name, f"is granted to {_USERS}, and a policy allows it", to_do)


def _others(catalog: Catalog, table: str, privilege: str) -> Iterator[str]:
    """Yield the columns of a table that a page may write: all but those of the rules above."""
    closed = {
        column
        for columns in (_KEPT, _PLACE)
        for column, privileges in columns.get(table, {}).items()
        if privilege in privileges
    }
    for column in catalog.column_order[f"public.{table}"]:
        if column not in closed and not catalog.get("column", f"public.{table}.{column}")["generated"]:
            yield column


def _lets(catalog: Catalog, table: str, command: str) -> bool:
    """Return whether signed-in users get past row-level security with a command: its letter in pg_policy."""
    if not catalog.get("relation", f"public.{table}").get("row security"):
        return True
    return any(
        identity.split(" ")[0] == f"public.{table}"
        and policy["permissive"]
        and policy["command"] in (command, "*")
        and {_USERS, "PUBLIC"} & set(policy["roles"])
        for identity, policy in catalog.of_kind("policy").items()
    )


def _search_paths(catalog: Catalog) -> Iterator[Violation]:
    """Yield the definer functions whose search path is set but does not end with pg_temp; without one a linter asks."""
    for identity, function in sorted(catalog.of_kind("function").items()):
        set_to = [
            setting.partition("=")[2]
            for setting in function["settings"] or ()
            if setting.startswith("search_path=") and "$user" not in setting
        ]
        if not function["security definer"] or not set_to:
            continue
        path = [name.strip() for name in set_to[0].split(",")]
        if path[-1] == "pg_temp" or path == ['""']:
            continue
        kind = "PROCEDURE" if function["kind"] == "p" else "FUNCTION"
        safer = ", ".join([*(name for name in path if name and name != "pg_temp"), "pg_temp"])
        to_do = f"ALTER {kind} {identity} SET search_path = {safer}"
        yield Violation("definer_search_path", identity, f"has the search path {set_to[0]}", to_do)
