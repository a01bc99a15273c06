"""Which policies decide about a statement, and what of them keeps every row away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgproof.machinery import folding
from pgproof.reach.facts import quoted
from pgproof.reach.needs import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.reach.facts import Facts, Policy, Relation, Role

# The letters of pg_policy.polcmd.
LETTERS = {"SELECT": "r", "INSERT": "a", "UPDATE": "w", "DELETE": "d"}
# How pg_get_expr begins a query in an expression.
_QUERY = re.compile(r"\( (?:SELECT|WITH|VALUES)\b")
_EMPTY = "no rows and no error"
_REFUSED = "42501: new row violates row-level security policy"


def decide(role: Role, relation: Relation) -> bool:
    """Return whether policies decide what the role sees of the relation."""
    passes = role.superuser or role.bypasses or (role.name in relation.owned_by and not relation.forced)
    return relation.row_security and not passes


def asked(facts: Facts, role: Role, relation: Relation, letter: str) -> list[Policy]:
    """Return the policies of a relation that are for this role and command."""
    return [
        each
        for each in facts.policies
        if each.relation == relation.oid and each.command in (letter, "*") and role.name in each.applies_to
    ]


def of_others(facts: Facts, role: Role, relation: Relation, letter: str) -> list[Policy]:
    """Return the permissive policies of a relation for this command that are for other roles."""
    return [
        each
        for each in facts.policies
        if each.relation == relation.oid and each.command in (letter, "*") and each.permissive
        if role.name not in each.applies_to
    ]


def expressions(policy: Policy, letter: str) -> tuple[str, ...]:
    """Return the expressions of a policy that decide about a command."""
    checked = policy.check if policy.check is not None else policy.using
    chosen = {"a": (checked,), "w": (policy.using, checked)}.get(letter, (policy.using,))
    return tuple(dict.fromkeys(text for text in chosen if text is not None))


def ask_queries(found: Sequence[Policy], letter: str) -> bool:
    """Return whether some of the policies ask with a query of their own, be it (SELECT auth.uid())."""
    return any(_QUERY.search(text) for each in found for text in expressions(each, letter))


def reads(text: str, relation: Relation) -> bool:
    """Return whether an expression has a query of a relation. text: as pg_get_expr writes it without a search path."""
    schema, own = (f'(?:{re.escape(each)}|"{re.escape(each)}")' for each in (relation.schema, relation.name))
    return re.search(rf'(?<![\w.:"$]){schema}\.{own}(?![\w.("$])', text) is not None


def sees(command: str) -> str:
    """Return what a caller gets whom the policies keep from every row."""
    return _REFUSED if command == "INSERT" else _EMPTY


def faults(
    found: Sequence[Policy], role: Role, relation: Relation, command: str, others: Sequence[Policy] = ()
) -> Iterator[Fault]:
    """Yield what keeps every row of a role away. found: the policies that are asked; others: those for other roles."""
    letter = LETTERS[command]
    never = {each.name for each in found if any(folding.is_never(text) for text in expressions(each, letter))}
    permissive = [each for each in found if each.permissive]
    if all(each.name in never for each in permissive):
        names = ", ".join(quoted(each.name) for each in permissive)
        why = f"{names} never let{'s' if len(permissive) == 1 else ''} a row pass" if names else "there is no policy"
        writing = f"write a policy ON {relation.identity} FOR {command} TO {role.name} that lets the right rows pass"
        if others and not permissive:
            why = f"{', '.join(quoted(each.name) for each in others)} is for other roles"
            given = " ".join(f"ALTER POLICY {quoted(p.name)} ON {relation.identity} TO {role.name};" for p in others)
            writing = f"{given} (with its other roles, where they need it), or {writing}"
        yield Fault(
            sees(command),
            f"row-level security of {relation.identity} keeps {role.name} from {command}: {why}",
            writing,
        )
    for each in found:
        if not each.permissive and each.name in never:
            name = quoted(each.name)
            what = f"the restrictive policy {name} of {relation.identity} lets no row of {role.name} pass {command}"
            yield Fault(sees(command), what, f"DROP POLICY {name} ON {relation.identity}; or mend it")


def recursion(relation: Relation, via: str) -> Fault:
    """Return what is wrong where policies lead back to their own table. via: what asks again, in words."""
    asks = f" ({via.removeprefix('which ')})" if via else ""
    return Fault(
        "42P17: infinite recursion, or 54001: stack depth limit exceeded",
        f"the policies of {relation.identity} ask {relation.identity} again, for ever{asks}",
        f"ask in a function with SECURITY DEFINER whose owner passes row-level security of {relation.identity},"
        " and call it in the policy",
    )
