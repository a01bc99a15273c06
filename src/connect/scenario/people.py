"""The people of a run: new ones on a stack, given ones on a live project, each signed in as by any client."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pgproof.errors import UsageError
from pgproof.supabase.api import ApiError

if TYPE_CHECKING:
    from connect.scenario.target import Account, Target
    from pgproof.browser.frontend import Frontend
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


# Stores each entry once per device, since the page may change it later.
_PUT = """({ origin, entries }) => {
  if (location.origin !== origin) return
  for (const { area, key, value } of entries) {
    const storage = area === 'local' ? localStorage : sessionStorage
    const mark = `verification put ${key}`
    if (storage.getItem(mark)) continue
    storage.setItem(mark, 'once')
    storage.setItem(key, value)
  }
}"""


def storage_script(frontend: Frontend, target: Target, person: Person, session: dict[str, Any]) -> str:
    """Return JavaScript that stores a session where the page keeps it, to run before the page's own scripts."""
    from urllib.parse import urlsplit

    parts = urlsplit(target.page_url)
    known = {"email": person.account.email, "user_id": person.id, "project": target.project}
    entries = [
        {
            "area": each.area,
            "key": each.key.format(**known),
            "value": each.value.format(**known, session=json.dumps(session)),
        }
        for each in frontend.sign_in.storage
    ]
    return f"({_PUT})({json.dumps({'origin': f'{parts.scheme}://{parts.netloc}', 'entries': entries})})"
