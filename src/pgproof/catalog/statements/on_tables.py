"""Statements for triggers, rules and policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.catalog.statements.aligned import keyword

if TYPE_CHECKING:
    from pgproof.catalog.statements.aligned import Aligned, Statements

_ORDINARY = "O"
_ENABLED = {"O": "ENABLE", "D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}


def create(thing: Aligned) -> Statements:
    """Return the statements that create a trigger or a rule."""
    return [thing.should["definition"].rstrip(";"), *_switch(thing), *thing.comment_if_any()]


def _switch(thing: Aligned, *, always: bool = False) -> list[str]:
    enabled = thing.should["enabled"]
    if enabled == _ORDINARY and not always:
        return []
    return [f"ALTER TABLE {thing.on} {_ENABLED[enabled]} {thing.kind.upper()} {thing.name}"]


def change(thing: Aligned, attribute: str) -> Statements:
    """Return the statements that give a trigger or a rule one attribute."""
    if attribute == "comment":
        return thing.comment()
    if attribute == "enabled":
        return _switch(thing, always=True)
    made = thing.should["definition"].rstrip(";")
    replaced = made.replace("CREATE ", "CREATE OR REPLACE ", 1)
    if made.startswith("CREATE CONSTRAINT"):
        return [f"DROP {thing.reference}", *(create(thing.anew()) or [])]
    return [replaced, *_switch(thing)]


def create_policy(policy: Aligned) -> Statements:
    """Return the statements that create a policy."""
    should = policy.should
    restrictive = "" if should["permissive"] else " AS RESTRICTIVE"
    made = f"CREATE POLICY {policy.name} ON {policy.on}{restrictive} FOR {keyword('command', should['command'])}"
    return [f"{made} TO {', '.join(should['roles'])}{_expressions(policy)}", *policy.comment_if_any()]


def _expressions(policy: Aligned) -> str:
    using, check = policy.should["using"], policy.should["with check"]
    return (f" USING ({using})" if using else "") + (f" WITH CHECK ({check})" if check else "")


def change_policy(policy: Aligned, attribute: str) -> Statements:
    """Return the statements that give a policy one attribute, anew where ALTER POLICY cannot."""
    should, found = policy.should, policy.found
    if attribute == "comment":
        return policy.comment()
    fixed = should["command"] != found["command"] or should["permissive"] != found["permissive"]
    if fixed or any(found[each] and not should[each] for each in ("using", "with check")):
        return [f"DROP {policy.reference}", *(create_policy(policy.anew()) or [])]
    return [f"ALTER {policy.reference} TO {', '.join(should['roles'])}{_expressions(policy)}"]
