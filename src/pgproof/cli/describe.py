"""`describe URL`: proposes the description of a page that tests/e2e takes, or shows what a given one matches.

Exit code 0: everything that a run needs was found; 1: something was not, and is named; 2: the page could not be opened.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pgproof.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from playwright.sync_api import Browser

    from pgproof.browser.describing.explore import Account, Explorer
    from pgproof.browser.describing.proposal import Guess
    from pgproof.project import Project
    from pgproof.supabase.api import Api


def add_arguments(parser: argparse.ArgumentParser, project: Project) -> None:
    """Add the command's arguments to its parser."""
    users = f"{project.prefix}_E2E_USERS"
    parser.add_argument("url", metavar="URL", help="the page with the list of conversations")
    parser.add_argument("--email", help=f"who signs in, one of those in {users} (default: the first)")
    parser.add_argument("--env", metavar="NAME", help="whose API signs somebody in if the page has no sign-in form")
    parser.add_argument("--into", type=Path, metavar="FILE", help="where to write the description (default: printed)")
    parser.add_argument("--frontend", type=Path, metavar="FILE", help="show what this description matches instead")
    parser.add_argument("--allow-writes", action="store_true", help="send what the page writes, instead of refusing it")
    parser.add_argument(
        "--picture", type=Path, default=Path("describe.png"), metavar="FILE", help="where to draw it (describe.png)"
    )


def run(arguments: argparse.Namespace, project: Project) -> int:
    """Visit the page, write picture and description, and return the exit code. Raises UsageError."""
    parts = urlsplit(arguments.url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise UsageError(f"'{_shown(arguments.url)}' is not the address of a page; expected http://localhost:3000/chat")
    if arguments.frontend is not None and arguments.into is not None:
        raise UsageError("--frontend shows a description that is there, and --into writes a new one; give one of them")
    try:
        from playwright.sync_api import Error

        from pgproof.browser import acting, chromium
        from pgproof.browser.describing.explore import Explorer
    except ImportError:
        raise UsageError("describe needs Playwright and a browser; run: make setup-all") from None
    account, api = _account(arguments.email, project), _api(arguments.env, project)
    with chromium.running() as browser:
        given = _given(arguments.frontend, browser)
        vocabulary, writes = project.hooks.vocabulary, arguments.allow_writes
        explorer = Explorer(browser, arguments.url, account, api, vocabulary, writes=writes)
        try:
            explorer.visit()
            return _describe(explorer, arguments, given)
        except Error as error:
            # Such as a page that crashed, or never lets a script run.
            address = _shown(arguments.url)
            raise UsageError(f"{address} cannot be described: {acting.sentence(error.message)}") from None
        finally:
            explorer.close()


def _describe(explorer: Explorer, arguments: argparse.Namespace, given: dict[str, str] | None) -> int:
    from pgproof.browser.describing import outlines

    picture: Path = arguments.picture
    beside = picture.with_name(f"{picture.stem}-sign-in{picture.suffix}")

    def keep_form(form: dict[str, Guess]) -> None:
        shown = {f"sign_in.form.{key}": guess.selector for key, guess in form.items()}
        if given is not None:
            shown = {key: selector for key, selector in given.items() if key.startswith("sign_in.form.")} or shown
        _write(beside, outlines.drawn(explorer.page, shown)[0])
        print(f"picture of the sign-in form: {beside}")

    proposal = explorer.guess(keep_form)
    if given is not None:
        inner = {key.removeprefix("selectors."): selector for key, selector in given.items() if "sign_in" not in key}
        image, counts = outlines.drawn(explorer.page, inner)
        _write(picture, image)
        for key, count in counts.items():
            print(f"{key:<24}  {inner[key]}  ({count} visible)")
        for line in proposal.hindered:
            print(line)
        print(f"picture: {picture}")
        nothing = [key for key, count in counts.items() if not count]
        if nothing:
            print(f"matched nothing visible here: {', '.join(nothing)}")
        from pgproof.browser.describing.proposal import REQUIRED

        return 1 if set(nothing) & set(REQUIRED) else 0
    shown = {key: guess.selector for key, guess in proposal.selectors.items()}
    shown |= {f"ticks.{key}": guess.selector for key, guess in proposal.ticks.items() if guess.matches}
    _write(picture, outlines.drawn(explorer.page, shown)[0])
    for line in proposal.lines():
        print(line)
    print(f"picture: {picture}")
    if arguments.into is None:
        print("\n" + proposal.toml(), end="")
    else:
        _write(arguments.into, proposal.toml().encode())
        print(f"description: {arguments.into}")
    if proposal.missing:
        print(f"a run cannot begin without {', '.join(proposal.missing)}")
        return 1
    return 0


def _given(path: Path | None, browser: Browser) -> dict[str, str] | None:
    if path is None:
        return None
    from pgproof.browser import frontend, selectors

    described = frontend.read(path)
    selectors.check(browser, described)
    return dict(described.all_selectors())


def _account(email: str | None, project: Project) -> Account | None:
    """Return who signs in, None if nobody is given."""
    from pgproof.browser.describing.explore import Account

    variable = f"{project.prefix}_E2E_USERS"
    settings = project.settings()
    given = settings.e2e_users.get_secret_value() if settings and settings.e2e_users else os.environ.get(variable, "")
    pairs = [pair.strip().partition(":") for pair in given.split(",") if pair.strip()]
    if not all("@" in name and password for name, _, password in pairs):
        raise UsageError(f"{variable} is not a list of people; expected email:password,email:password")
    people = [Account(name, password) for name, _, password in pairs]
    if email is None:
        return people[0] if people else None
    found = next((each for each in people if each.email == email), None)
    if found is None:
        raise UsageError(f"{email} is not in {variable}; put email:password there, so that no password is an argument")
    return found


def _api(name: str | None, project: Project) -> Api | None:
    """Return the API of an environment, None if none is named."""
    if name is None:
        return None
    from pgproof.supabase.api import Api

    if name not in project.environments:
        raise UsageError(f"unknown environment '{name}'; choose one of {project.known}")
    settings, variables = project.settings(), project.environments[name].variables
    url, key = (settings.get(name, each) if settings else None for each in ("api_url", "anon_key"))
    if url is None or key is None:
        raise UsageError(f"--env {name} needs {variables}_API_URL and {variables}_ANON_KEY")
    return Api(url.rstrip("/"), key.get_secret_value())


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None


def _shown(address: str) -> str:
    from pgproof.scrub import Scrubber

    return Scrubber().text(address)
