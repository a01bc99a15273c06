"""Opens a page, signs in if it can, opens the conversation that shows most, and guesses every selector."""

from __future__ import annotations

import json
import time
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.sync_api import Error

from pgproof.browser import acting, guard, guarding_proxy
from pgproof.browser.describing import session
from pgproof.browser.describing.answers import Answers
from pgproof.browser.describing.proposal import Guess, Proposal, Stored, guesses
from pgproof.errors import UsageError
from pgproof.timing import eventually, unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page, Request, Response, ViewportSize

    from pgproof.browser.vocabulary import Vocabulary
    from pgproof.supabase.api import Api

_SECONDS = 10
# After so many seconds without a request a page is taken as finished.
_QUIET_SECONDS = 0.5
_WINDOW: ViewportSize = {"width": 1280, "height": 800}
# So many conversations are opened, to find one with messages of both sides.
_MOST = 5
_NO_WAY_BACK = (
    "an open conversation takes the place of the list: give selectors.back, what leads from it back to the list"
)
_TICKS = {"sent": "Sent", "delivered": "Delivered", "read": "Read"}


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in."""

    email: str
    password: str


class Explorer:
    """One visit. api: of the project, to sign in where there is no form; None if it is not known.

    vocabulary: the API's names. writes: whether what the page writes is sent; else it is held back as in a run that
    only reads.
    """

    def __init__(
        self,
        browser: Browser,
        url: str,
        account: Account | None,
        api: Api | None,
        vocabulary: Vocabulary,
        *,
        writes: bool = False,
    ) -> None:
        parts = urlsplit(url)
        self._url, self._account, self._api = url, account, api
        self.proposal = Proposal(
            f"the page at {parts.netloc}", (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        )
        self._opened = ExitStack()
        rules = guard.Rules(api.url if api else None, url, vocabulary)
        proxy = None if writes else self._opened.enter_context(guarding_proxy.running(rules))
        self._context = browser.new_context(viewport=_WINDOW, proxy=guarding_proxy.settings(proxy))
        self._api_url = api.url if api else ""
        self._user_id = ""
        session.watch(self._context)
        self.page: Page = self._context.new_page()
        self._answers = Answers(self.page)
        self._under_way: set[Request] = set()
        self._busy = 0.0
        self.page.on("request", self._asked)
        self.page.on("requestfinished", self._answered)
        self.page.on("requestfailed", self._answered)
        self.page.on("response", self._held_back)

    def close(self) -> None:
        """Leave the page."""
        # The proxy ends first: what the page sends as it is closed does not leave either.
        self._opened.close()
        self._context.close()

    def visit(self) -> None:
        """Open the page. Raises UsageError if it does not answer."""
        try:
            answer = self.page.goto(self._url, wait_until="load", timeout=1000 * _SECONDS * unit())
        except Error as error:
            raise UsageError(f"{self._url} cannot be opened: {acting.reason(error.message)}") from None
        if answer is not None and answer.status == HTTPStatus.BAD_GATEWAY:
            raise UsageError(f"{self._url} cannot be opened: {self._words()}")
        self._settle()

    def guess(self, keep_form: Callable[[dict[str, Guess]], None]) -> Proposal:
        """Return the proposal. keep_form: called with the sign-in form while it is visible."""
        found = self._ask("form")
        if found:
            self.proposal.form = guesses(found)
            path = urlsplit(self.page.url).path
            self.proposal.form_path = path if path != urlsplit(self._url).path else None
            keep_form(self.proposal.form)
        self._sign_in()
        self._list()
        return self.proposal

    def _sign_in(self) -> None:
        form, account = self.proposal.form, self._account
        if account is None:
            self.proposal.hindered.append(
                "nobody was signed in: put email:password into the variable of the people, such as CONNECT_E2E_USERS"
            )
        elif len(form) == 3:
            try:
                self._submit(form, account)
            except AssertionError as error:
                self.proposal.hindered.append(str(error))
                return
            # A page that asks for nothing else is left for the one that was wanted.
            if not eventually(lambda: not self._ask("form"), _SECONDS):
                self.proposal.hindered.append(f"signing in as {account.email} by the form led nowhere: {self._words()}")
            self._settle()
            if urlsplit(self.page.url).path != urlsplit(self._url).path:
                self.visit()
            self.proposal.storage, self._user_id = session.kept(self.page, account.email, self._api_url)
        else:
            self._store(account)

    def _submit(self, form: dict[str, Guess], account: Account) -> None:
        """Fill in and submit the form, of which a page may have a hidden copy. Raises AssertionError."""
        found = {key: self.page.locator(guess.selector).filter(visible=True).first for key, guess in form.items()}
        for key, value in (("email", account.email), ("password", account.password)):
            with acting.acting("the browser", f"fill in {key} of the sign-in form, '{form[key].selector}',"):
                found[key].fill(value, timeout=acting.patience())
        with acting.acting("the browser", f"click submit of the sign-in form, '{form['submit'].selector}',"):
            found["submit"].click(timeout=acting.patience())

    def _store(self, account: Account) -> None:
        """Put a session where the page looked for one."""
        places = session.asked(self.page)
        if self._api is None or not places:
            why = (
                "the API's address and key are not known (--env)"
                if places
                else "the page looked for no session in its storage"
            )
            self.proposal.hindered.append(f"there is no sign-in form, and {why}")
            return
        from pgproof.supabase.api import ApiError

        try:
            opened = self._api.sign_in(account.email, account.password)
        except ApiError as error:
            raise UsageError(f"{account.email} cannot sign in ({error.status} {error.code})") from None
        self._user_id = opened["user"]["id"]
        for area, key in places:
            self.page.evaluate(f"([key, value]) => {area}Storage.setItem(key, value)", [key, json.dumps(opened)])
        self.visit()
        self.proposal.storage = [
            Stored(area, session.placed(key, account.email, self._user_id, self._api.url), "{session}")
            for area, key in places
        ]

    def _list(self) -> None:
        eventually(lambda: bool(self._ask("list")), _SECONDS)
        self.proposal.selectors = found = guesses(self._ask("list"))
        if "conversation" not in found:
            self.proposal.hindered.append(f"no list of conversations was recognised; the page says '{self._words()}'")
            return
        rows = self.page.locator(found["conversation"].selector).filter(visible=True)
        best: dict[str, Any] = {}
        opened = last = -1
        for number in range(min(_MOST, rows.count())):
            chat = self._open(number)
            last = number
            if _worth(chat) > _worth(best):
                best, opened = chat, number
            if best.get("own") and best.get("message"):
                break
        if best and opened != last:
            self._open(opened)
        found |= guesses(best)
        if tick := best.get("tick"):
            self.proposal.ticks = _ticks(tick)

    def _open(self, number: int) -> dict[str, Any]:
        """Open a conversation of the list and return what is seen in it."""
        rows = self.page.locator(self.proposal.selectors["conversation"].selector).filter(visible=True)
        if rows.count() <= number:
            self._list_again(lambda: rows.count() > number)
        try:
            rows.nth(number).click(timeout=1000 * _SECONDS * unit())
        except Error as error:
            self.proposal.hindered.append(
                f"conversation {number + 1} could not be opened: {acting.reason(error.message)}"
            )
            return {}
        eventually(self._has_composer, _SECONDS)
        self._settle()
        found: dict[str, Any] = self._ask("chat", self.proposal.selectors["conversation"].selector)
        return found

    def _list_again(self, is_there: Callable[[], bool]) -> None:
        """Open the page again, as the conversation opened before may have taken the place of the list."""
        composed = self._has_composer()
        self.visit()
        if eventually(is_there, _SECONDS) and composed and _NO_WAY_BACK not in self.proposal.hindered:
            self.proposal.hindered.append(_NO_WAY_BACK)

    def _has_composer(self) -> bool:
        self._ask("form")
        return bool(self.page.evaluate("() => pgproofGuess.composer()"))

    def _ask(self, what: str, *arguments: str) -> Any:
        self._answers.read()
        facts = {"known": self._answers.known, "own": self._answers.own(self._user_id) if self._user_id else []}
        try:
            self.page.evaluate(f"({_script()})({json.dumps(facts)})")
            return self.page.evaluate(f"(arguments) => pgproofGuess.{what}(...arguments)", list(arguments))
        except Error as error:
            if "context was destroyed" in error.message or "navigat" in error.message:
                return {}
            raise

    def _settle(self) -> None:
        """Wait until the page has asked for nothing for a while; a page that never stops is taken as it is."""
        self._busy = time.monotonic()
        if not eventually(self._is_quiet, _SECONDS):
            self.proposal.hindered.append("the page does not come to rest; what was found may not be all")

    def _is_quiet(self) -> bool:
        # Events are handed over within a call of the browser only.
        self._context.cookies()
        return not self._under_way and time.monotonic() - self._busy > _QUIET_SECONDS * unit()

    def _words(self) -> str:
        return " ".join(self.page.locator("body").inner_text().split())[:160]

    def _asked(self, request: Request) -> None:
        self._under_way.add(request)
        self._busy = time.monotonic()
        if "/rest/v1/" in request.url or "/auth/v1/" in request.url:
            parts = urlsplit(request.url)
            self._api_url = f"{parts.scheme}://{parts.netloc}"

    def _answered(self, request: Request) -> None:
        self._under_way.discard(request)
        self._busy = time.monotonic()

    def _held_back(self, response: Response) -> None:
        answered = (response.request.method, response.url, response.status, response.headers)
        sentence = guard.held_back(*answered)
        if (unsent := guard.unsent(*answered)) is not None:
            sentence = f"not sent, since this run only reads, and answered with an empty 204: {unsent}"
        if sentence is not None and sentence not in self.proposal.hindered:
            self.proposal.hindered.append(sentence)


def _worth(chat: dict[str, Any]) -> int:
    return sum(bool(chat.get(key)) for key in ("composer", "message", "message_text", "own", "tick", "reply"))


def _ticks(tick: dict[str, Any]) -> dict[str, Guess]:
    """Return the three ticks, of which one was seen and the others are named like it."""
    if tick.get("selector") is None:
        return {}
    seen: list[str] = tick["values"]
    found = {}
    for status, word in _TICKS.items():
        value = word if seen[0][:1].isupper() else word.lower()
        count = sum(each.lower() == status for each in seen)
        sure = ("sure", "seen") if count else ("a guess", f"like the tick '{seen[0]}', which was seen")
        found[status] = Guess(f"{tick['selector']}[{tick['attribute']}={value}]", *sure, count)
    return found


def _script() -> str:
    return Path(__file__).with_name("guess.js").read_text(encoding="utf-8")
