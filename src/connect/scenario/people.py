"""The people of a run: new ones on a stack, given ones on a live project, each signed in as by any client."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pgproof.errors import UsageError
from pgproof.supabase.api import ApiError

if TYPE_CHECKING:
    from connect.scenario.target import Account, Target
    from pgproof.supabase.api import Api

_NOT_LET_IN = 400
# A new person gets the password of an existing one.
_MAKE = """
INSERT INTO auth.users (
  id, aud, role, email, encrypted_password, email_confirmed_at, raw_user_meta_data, created_at, updated_at
)
SELECT
  gen_random_uuid(), 'authenticated', 'authenticated', %(email)s, u.encrypted_password, now(),
  jsonb_build_object('name', %(name)s::text), now(), now()
FROM auth.users u WHERE u.email = %(like)s
"""


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in. name: used in messages. session: the first one; every device has its own."""

    name: str
    id: str
    account: Account = field(repr=False)
    api: Api = field(repr=False)
    session: dict[str, Any] = field(repr=False)


def signed_in(target: Target, name: str, account: Account) -> Person:
    """Sign in with an account and return the person.

    Raises pgproof.supabase.api.ApiError, and UsageError if the API does not let in a given account.
    """
    try:
        session = target.api.sign_in(account.email, account.password)
    except ApiError as error:
        if error.status != _NOT_LET_IN or target.administrator is not None:
            raise
        raise UsageError(
            f"{account.email} of CONNECT_E2E_USERS cannot sign in ({error.status} {error.code});"
            " correct its password there"
        ) from None
    return Person(name, session["user"]["id"], account, target.api.of(session), session)


def fresh(target: Target, name: str, run: str) -> Person:
    """Create somebody new on a stack, sign them in, and return the person. run: makes the email unique."""
    import psycopg

    from connect.scenario.target import Account

    assert target.administrator is not None, "a live project's people are given"
    like = target.accounts[0]
    account = Account(f"{name}.{run}@example.com", like.password)
    with psycopg.connect(target.administrator, autocommit=True) as connection:
        connection.execute(_MAKE, {"email": account.email, "name": name.capitalize(), "like": like.email})
    return signed_in(target, name, account)
