"""The roles that call, and what they must be beside the privileges that they have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.reach.needs import Fault

if TYPE_CHECKING:
    from pgproof.reach.facts import Facts, Role

AUTHENTICATED, SERVICE_ROLE, AUTHENTICATOR, ANON = "authenticated", "service_role", "authenticator", "anon"
ROLES = (AUTHENTICATED, SERVICE_ROLE, AUTHENTICATOR, ANON)
BY_HAND = "somebody changed the role, or a restore did not bring it back as it was"


def powers(role: Role) -> tuple[Fault, ...]:
    """Return what a server lacks that every privilege on tables and functions does not give it."""
    if role.bypasses or role.superuser:
        return ()
    what = f"{role.name} does not pass row-level security, so no policy lets it see the rows of others"
    return (Fault("no rows and no error", what, f"ALTER ROLE {role.name} BYPASSRLS;", BY_HAND),)


def door(facts: Facts, role: Role) -> tuple[Fault, ...]:
    """Return what keeps the API from logging in and from becoming its callers."""
    name = role.name
    found = []
    if not role.logs_in:
        found.append(Fault(f'28000: role "{name}" is not permitted to log in', f"{name} may not log in", "LOGIN"))
    if role.expired:
        what = f"the password of {name} is no longer valid (VALID UNTIL)"
        found.append(Fault("28P01: password authentication failed", what, "VALID UNTIL 'infinity'"))
    if role.connections == 0:
        what = f"{name} may have no connection at all"
        found.append(Fault("53300: too many connections for role", what, "CONNECTION LIMIT -1"))
    wrong = [each._replace(to_do=f"ALTER ROLE {name} {each.to_do};") for each in found]
    if not role.connects:
        what = f"{name} may not connect to the database {facts.database}"
        to_do = f'GRANT CONNECT ON DATABASE "{facts.database}" TO {name};'
        wrong.append(Fault(f"42501: permission denied for database {facts.database}", what, to_do))
    wrong.extend(
        Fault(
            f'42501: permission denied to set role "{other}"',
            f"{name} may not become {other}: it is not a member that may SET ROLE",
            f"GRANT {other} TO {name};",
        )
        for other in (AUTHENTICATED, SERVICE_ROLE, ANON)
        if other not in role.becomes
    )
    return tuple(each._replace(usually=BY_HAND) for each in wrong)
