"""How the API shows a user, as GoTrue's User object: without the password, and without what is not known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stack.auth.database import Row

_STAMPS = (
    *("email_confirmed_at", "confirmed_at", "last_sign_in_at", "invited_at", "banned_until", "deleted_at"),
    *("created_at", "updated_at"),
)


def shown(user: Row) -> dict[str, Any]:
    """Return a row of auth.users with its identities as the API shows it."""
    return {
        "id": user["id"],
        "aud": user["aud"],
        "role": user["role"],
        "email": user["email"] or "",
        "phone": user["phone"] or "",
        "app_metadata": user["raw_app_meta_data"] or {},
        "user_metadata": user["raw_user_meta_data"] or {},
        "identities": [_identity(each) for each in user["identities"]],
        "is_anonymous": user["is_anonymous"],
        **{name: user[name].isoformat() for name in _STAMPS if user[name] is not None},
    }


def is_banned(user: Row) -> bool:
    """Return whether a user may not sign in now."""
    until: datetime | None = user["banned_until"]
    return until is not None and until > datetime.now(UTC)


def _identity(row: Row) -> dict[str, Any]:
    known = {name: value for name, value in row.items() if value is not None}
    return {"identity_id": known.pop("id"), "id": known.pop("provider_id"), **known}
