"""Takes the secrets out of a catalog. A fingerprint stays for each, so that a change of it is still named.

Secret are the attributes that pgproof.catalog.wording calls so, the values of a project's own settings, such as
app.jwt_secret, and what pgproof.scrub_sql recognises in any text: tokens, keys, passwords.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pgproof import scrub_sql
from pgproof.catalog import wording

if TYPE_CHECKING:
    from pgproof.catalog import Catalog, Key

_SETTINGS = "settings"
# A setting whose name has a dot is not one of PostgreSQL's own.
_CUSTOM = re.compile(r"([^=.]+\.[^=]+)=.*", re.DOTALL)


def seal(catalog: Catalog) -> Catalog:
    """Return the catalog without secrets, and without attributes that are None or [], the same as none at all."""
    return replace(
        catalog, objects={key: _sealed(key, _filled(attributes)) for key, attributes in catalog.objects.items()}
    )


def _filled(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _filled(each) for name, each in value.items() if each not in (None, [])}
    return value


def _sealed(key: Key, attributes: dict[str, Any]) -> dict[str, Any]:
    sealed: dict[str, Any] = {}
    for name, value in attributes.items():
        if wording.is_secret(name):
            sealed[name] = _fingerprint(key, name, value)
            continue
        sealed[name] = _shown(value, custom=name == _SETTINGS)
        if sealed[name] != value:
            sealed[f"secret {name}"] = _fingerprint(key, name, value)
    return sealed


def _shown(value: Any, *, custom: bool) -> Any:
    if isinstance(value, dict):
        return {name: _shown(each, custom=custom) for name, each in value.items()}
    if isinstance(value, list):
        return [_shown(each, custom=custom) for each in value]
    if not isinstance(value, str):
        return value
    if custom and (found := _CUSTOM.fullmatch(value)):
        return f"{found[1]}=***"
    return scrub_sql.replaced(value)


def _fingerprint(key: Key, name: str, value: Any) -> str:
    """Return what tells two secrets apart. It is slow to compute, as the record may be read by many who would guess."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    salt = " ".join((*key, name))
    return "scrypt:" + hashlib.scrypt(text.encode(), salt=salt.encode(), n=2**14, r=8, p=1, dklen=16).hex()
