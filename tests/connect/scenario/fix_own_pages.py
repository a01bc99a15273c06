"""Pages as people have them: built for an address and a key before any stack runs, and served on their own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from stack.tokens import Tokens
from stack.web import NODE_MODULES

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES = Path(__file__).parent / "pages"
# What `supabase start` signs its keys with, on every machine.
LOCAL_SECRET = "super-secret-jwt-token-with-at-least-32-characters-long"


class OwnPage(NamedTuple):
    """A served page. api_url: what it was built with. arguments, settings: how a run is told of it."""

    folder: Path
    api_url: str
    arguments: list[str]
    settings: dict[str, str]


@pytest.fixture
def free_address() -> str:
    """The address of an API that nobody serves yet."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def built_page(tmp_path: Path, site_of: Callable[[Path], str], free_address: str) -> Callable[..., OwnPage]:
    """Builds a page with the address and key of an API, serves it, and says how a run is told of it.

    built_for: another address than the run is told. entry: the file from which a framework's page is bundled. twin:
    changes that make it the page's known-bad twin; each value is the old text and the new, with "=>>" between.
    """

    def build(name: str, toml: str, *, built_for: str | None = None, entry: str | None = None, **twin: str) -> OwnPage:
        shutil.copytree(PAGES, tmp_path, dirs_exist_ok=True)
        folder = tmp_path / name
        shutil.copy(NODE_MODULES / "@supabase/supabase-js/dist/umd/supabase.js", folder)
        if entry is not None:
            _change(folder / entry, twin)
            _bundle(folder, entry)
        key = Tokens(LOCAL_SECRET).anon_key
        (folder / "config.js").write_text(f"const CONFIG = {{ url: '{built_for or free_address}', key: '{key}' }}\n")
        (tmp_path / "mine.toml").write_text(toml)
        arguments = ["--stack", f"--base-url={site_of(folder)}", f"--frontend={tmp_path / 'mine.toml'}"]
        settings = {"CONNECT_PROD_API_URL": free_address, "CONNECT_PROD_ANON_KEY": key}
        return OwnPage(folder, free_address, [*arguments, "--env", "prod"], settings)

    return build


def _change(file: Path, twin: dict[str, str]) -> None:
    text = file.read_text()
    for change in twin.values():
        old, _, new = change.partition("=>>")
        assert old in text, f"{file.name} has no '{old}' any more"
        text = text.replace(old, new)
    file.write_text(text)


def _bundle(folder: Path, entry: str) -> None:
    """As a development server bundles it: React shows the second subscription of StrictMode only then."""
    program = next(NODE_MODULES.glob("@esbuild/*/bin/esbuild"))
    flags = ("__VUE_OPTIONS_API__", "__VUE_PROD_DEVTOOLS__", "__VUE_PROD_HYDRATION_MISMATCH_DETAILS__")
    defined = ['--define:process.env.NODE_ENV="development"', *(f"--define:{flag}=false" for flag in flags)]
    subprocess.run(
        [program, entry, "--bundle", "--format=esm", "--jsx=automatic", "--outfile=bundle.js", *defined],
        capture_output=True,
        cwd=folder,
        env={**os.environ, "NODE_PATH": str(NODE_MODULES)},
        check=True,
    )
