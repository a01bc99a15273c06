"""Statements by which a database reaches another server: a rehearsal would do that with each check and interruption.

An address of this machine is none of these: whoever writes it there has a server for trials.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any

from pgproof.rehearsal import online

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.scripts.script import Statement

# Options of foreign servers that say where they are, of postgres_fdw, dblink and wrappers for other systems.
_ADDRESSES = ("host", "hostaddr", "address", "server", "servername", "dbserver", "service", "url", "endpoint")
_IS_ADDRESS = re.compile(r"=|://")
# A call of dblink, its first text with what follows it, and its second: an address, or a name of one.
_CALL = re.compile(
    r"(?<![\w$])(dblink|dblink_(?:connect|connect_u|exec|open|send_query))\"?\s*\("
    r"(?:\s*E?'([^']*)'\s*([,)])(?:\s*E?'([^']*)'\s*[,)])?)?",
    re.IGNORECASE,
)
# What a body may hold as a statement, or put together as a text.
_MAKES = re.compile(
    r"\b(?:create\s+(?:server|subscription)\b|drop\s+subscription\b"
    r"|alter\s+(?:server|subscription)\s+\S++(?!\s+(?:owner|rename)\b))",
    re.IGNORECASE,
)
_OBJECTS = (
    "AlterForeignServerStmt",
    "AlterSubscriptionStmt",
    "CreateForeignServerStmt",
    "CreateSubscriptionStmt",
    "DropSubscriptionStmt",
)
_LINE_COMMENT = re.compile(r"--[^\n]*")
# These speak of functions, and call none.
_SPEAK_OF = (
    "AlterExtensionContentsStmt",
    "AlterFunctionStmt",
    "AlterObjectSchemaStmt",
    "AlterOwnerStmt",
    "CommentStmt",
    "CreateStmt",
    "DropStmt",
    "GrantStmt",
    "RenameStmt",
)
_RUN = ("CallStmt", "CreateTableAsStmt", "DeleteStmt", "DoStmt", "InsertStmt", "MergeStmt", "SelectStmt", "UpdateStmt")


def elsewhere(statements: Sequence[Statement]) -> list[tuple[Statement, str]]:
    """Return the statements that lead to another server, each with what does.

    A function that would go there counts if it is one of a trigger, which rows of a rehearsal may fire, or if one of
    the statements calls it.
    """
    return [(each, why) for each in statements if (why := _why(each, statements)) is not None]


def _why(statement: Statement, statements: Sequence[Statement]) -> str | None:
    node, kind = statement.node, statement.kind
    if kind in _SPEAK_OF or (kind == "CreateFunctionStmt" and not _is_used(node, statements)):
        return None
    nodes = list(online.commands(statement))
    known = [why for why in map(_of_an_object, nodes) if why is not None]
    if known:
        return known[0]
    if kind in ("DoStmt", "CreateFunctionStmt"):
        plain = sum(type(each).__name__ in _OBJECTS for each in nodes if each is not node)
        if len(_MAKES.findall(_LINE_COMMENT.sub("", statement.text))) > plain:
            return "it has a foreign server or a subscription whose address shows only when it runs"
    if "dblink" not in statement.text.lower():
        return None
    names = [name for name, address in _calls(statement.text) if not _is_address_here(address)]
    return f"{names[0]} connects to a server that is not known to be on this machine" if names else None


def _of_an_object(node: Any) -> str | None:
    """Return why a statement about a subscription or a foreign server leads elsewhere, None if it does not."""
    kind = type(node).__name__
    if kind == "CreateSubscriptionStmt":
        return (
            None
            if _is_off(node)
            else f"the subscription {node.subname} connects to its publisher, unless made WITH (connect = false)"
        )
    if kind in ("AlterSubscriptionStmt", "DropSubscriptionStmt"):
        return f"the subscription {node.subname} may connect to its publisher"
    if kind in ("CreateForeignServerStmt", "AlterForeignServerStmt"):
        given = {each.defname: str(getattr(each.arg, "sval", "")) for each in node.options or ()}
        return None if _is_here(given) else f"the foreign server {node.servername} is not on this machine"
    return None


def _is_off(node: Any) -> bool:
    """Return whether a new subscription is one that connects to nobody, as pg_dump writes them."""
    given = {each.defname: each.arg for each in node.options or ()}
    value = given.get("connect")
    words = [str(getattr(value, "sval", getattr(value, "boolval", getattr(value, "ival", ""))))]
    words += [each.sval for each in getattr(value, "names", None) or ()]
    return any(word.lower() in ("false", "off", "0") for word in words)


def _is_here(options: dict[str, str]) -> bool:
    """Return whether all that says where a server is says that it is here; libpq without any looks here, too."""
    return all(
        _is_host_here(each) for name, value in options.items() if name in _ADDRESSES for each in value.split(",")
    )


def _is_host_here(host: str) -> bool:
    if host in ("", "localhost") or host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _calls(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield each call of dblink that opens a connection with its address, None for one that only shows when it runs."""
    # In a body between single quotes they are doubled.
    plain = _LINE_COMMENT.sub("", text).replace("''", "'")
    for found in _CALL.finditer(plain):
        name, first, then, second = found[1].lower(), found[2], found[3], found[4]
        if first is None or _IS_ADDRESS.search(first):
            yield name, first
        elif name.startswith("dblink_connect") and then == "," and (second is None or _IS_ADDRESS.search(second)):
            yield name, second
        # Else it is the name of a connection, or of a foreign server: both are judged where they are made.


def _is_address_here(address: str | None) -> bool:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    if address is None:
        return False
    try:
        return _is_here({name: str(value) for name, value in conninfo_to_dict(address).items()})
    except psycopg.Error:
        return False


def _is_used(node: Any, statements: Sequence[Statement]) -> bool:
    if node.returnType is not None and node.returnType.names[-1].sval == "trigger":
        return True
    call = re.compile(rf"(?<![\w$]){re.escape(node.funcname[-1].sval)}\"?\s*\(", re.IGNORECASE)
    return any(each.kind in _RUN and call.search(each.text) for each in statements)
