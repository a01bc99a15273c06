"""Pages as people have them: built for an address and a key before any stack runs, and served on their own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.ports import kept_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from connect.embedded_stack import Running

PAGES = Path(__file__).parent / "pages"
# What `supabase start` signs its keys with, on every machine.
LOCAL_SECRET = "super-secret-jwt-token-with-at-least-32-characters-long"


class OwnPage(NamedTuple):
    """A served page. api_url: what it was built with. arguments, settings: how a run is told of it."""

    folder: Path
    api_url: str
    arguments: list[str]
    settings: dict[str, str]


def as_live(stack: Running, name: str = "STAGING") -> dict[str, str]:
    """The variables with which a run takes a stack for a live project, its people included. name: of the project."""
    users = ",".join(f"{user['email']}:{user['password']}" for user in stack.users)
    values = {"DSN": stack.verifier_dsn, "API_URL": stack.api_url, "ANON_KEY": stack.anon_key}
    return {f"CONNECT_{name}_{key}": value for key, value in values.items()} | {"CONNECT_E2E_USERS": users}


@pytest.fixture
def free_address() -> Iterator[str]:
    """The address of an API that nobody serves yet."""
    with kept_port() as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def built_page(tmp_path: Path, site_of: Callable[[Path], str], free_address: str) -> Callable[..., OwnPage]:
    """Builds a page with the address and key of an API, serves it, and says how a run is told of it.

    built_for: another address than the run is told. key: another one than the local anon key.
    """
    # Only here: without the stack's packages a run has to start and say so.
    from stack.tokens import Tokens
    from stack.web import NODE_MODULES

    def build(name: str, toml: str, *, built_for: str | None = None, key: str | None = None) -> OwnPage:
        folder = shutil.copytree(PAGES / name, tmp_path / name)
        shutil.copy(NODE_MODULES / "@supabase/supabase-js/dist/umd/supabase.js", folder)
        key = key or Tokens(LOCAL_SECRET).anon_key
        (folder / "config.js").write_text(f"const CONFIG = {{ url: '{built_for or free_address}', key: '{key}' }}\n")
        (tmp_path / "mine.toml").write_text(toml)
        arguments = ["--stack", f"--base-url={site_of(folder)}", f"--frontend={tmp_path / 'mine.toml'}"]
        settings = {"CONNECT_PROD_API_URL": free_address, "CONNECT_PROD_ANON_KEY": key}
        return OwnPage(folder, free_address, [*arguments, "--env", "prod"], settings)

    return build
