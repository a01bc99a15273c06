"""One tab of a person, and what can be done in it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Self

from playwright.sync_api import Error, TimeoutError

from pgproof import moment
from pgproof.browser.acting import acting, patience
from pgproof.browser.locating import saying
from pgproof.browser.view import SECONDS, NothingMatches, View
from pgproof.browser.vocabulary import PLAIN, Vocabulary
from pgproof.history import Observer
from pgproof.timing import eventually, unit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from playwright.sync_api import BrowserContext, Locator

    from pgproof.browser.frontend import Frontend
    from pgproof.browser.frontend_tables import Form
    from pgproof.browser.page_state import PageState
    from pgproof.history import Recorder
    from pgproof.moment import Moment
    from pgproof.scrub import Scrubber

# Milliseconds for what can be clicked at once, or is on its way out.
MOMENT = 500


class Tab(View):
    """A View that can be acted on. base_url: of the front end. opened: the names of the conversations opened in it.

    keys: by a conversation's name, what the filter of a subscription to its messages contains; it may grow.
    Every wait fails with AssertionError after SECONDS, scaled by pgproof.timing.unit().
    """

    def __init__(
        self,
        name: str,
        context: BrowserContext,
        frontend: Frontend,
        base_url: str,
        scrub: Scrubber,
        *,
        vocabulary: Vocabulary = PLAIN,
        keys: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(name, context, frontend, scrub, vocabulary)
        self.opened: list[str] = []
        self._keys = {} if keys is None else keys
        self._base_url = base_url.rstrip("/")
        self._openings: list[tuple[int, str]] = []
        self._sent: list[tuple[str, str, Moment]] = []
        self._rests: set[int] = set()

    @property
    def showing(self) -> str | None:
        """The name of the conversation that was opened last, None if none was."""
        return self.opened[-1] if self.opened else None

    @property
    def sent(self) -> list[tuple[str, str, Moment]]:
        """What was sent from this tab: the conversation, the text, and when."""
        return list(self._sent)

    def open(self, flags: dict[str, bool] | None = None) -> Tab:
        """Go to the page, as go() does. flags: features to switch on or off, by name."""
        query = ""
        if flags:
            assert self.frontend.flags is not None, f"{self.frontend.name} has no flags"
            switches = ",".join(f"{name}:{'on' if on else 'off'}" for name, on in flags.items())
            joint = "&" if "?" in self.frontend.path else "?"
            query = joint + self.frontend.flags.format(flags=switches)
        return self.go(self.frontend.path + query)

    def go(self, path: str) -> Tab:
        """Go to a path of this front end. Returns once the page begins to load, so other tabs can load meanwhile."""
        self.log.note("test", f"go to {path}")
        with acting(self.name, f"open {self._base_url + path}"):
            self.page.goto(self._base_url + path, wait_until="commit")
        self.now()
        return self

    def reload(self) -> Tab:
        """Reload the page as a person does. Returns once it begins to load again."""
        self.log.note("test", "reload")
        if not eventually(self._reloads, SECONDS):
            raise AssertionError(
                f"{self.name} did not reload within {SECONDS * unit():g} s: the browser takes no command"
            )
        self.now()
        return self

    def _reloads(self) -> bool:
        """Reload; return False if an earlier load is just replacing the page, when the browser takes no command."""
        try:
            self.page.reload(wait_until="commit")
        except Error as error:
            if "Not attached to an active page" in error.message:
                return False
            raise
        return True

    def reopen(self, conversation: str, live: bool = True) -> Tab:
        """Show a conversation again after a reload, whether or not the page kept it open. live: as for opening it."""
        self._match(f"{self.frontend.selector('composer')}, {self.frontend.selector('conversation')}")
        if self.frontend.selectors.back is not None:
            # A narrow window may show the list first, and then the conversation instead.
            self.wait_idle()
        if not self._is_open(self.now(), conversation):
            return self.open_conversation(conversation, live)
        self.log.awaited = self._keys.get(conversation)
        return self.wait_live() if live else self

    def open_conversation(self, name: str, live: bool = True) -> Tab:
        """Click a conversation in the list, and wait until it is open. live: also wait until changes flow for it."""
        self.to_list()
        self.visible("conversation")
        self.wait(lambda state: name in state.names, f"a conversation '{name}' in the list", "conversation")
        self.log.note("test", f"open the conversation '{name}'")
        outer, part = self.frontend.selector("conversation"), self.frontend.selector("conversation_name")
        found = saying(self.page, outer, part, name).first
        self._click(found, f"the conversation '{name}'", "conversation")
        self.log.awaited = self._keys.get(name)
        self._openings.append((len(self.recording), name))
        self.opened.append(name)
        self.visible("composer")
        if self.frontend.selectors.open_conversation_name is not None:
            what = f"'{name}' as the name of the open conversation"
            self.wait(lambda state: self._is_open(state, name), what, "open_conversation_name")
        if self.frontend.wait_after_open is not None:
            self.find("wait_after_open", self.frontend.wait_after_open)
        return self.wait_live() if live else self

    def wait_live(self) -> Self:
        """Wait until changes flow; for an open conversation, by the subscription of its own if the page has any."""
        if self.log.awaited is not None and not self.log.is_subscribed(self.log.awaited):
            # Its subscription may be asked for only once its messages are there.
            self.wait_idle()
        return super().wait_live()

    def to_list(self) -> Tab:
        """In a narrow window, where an open conversation hides the list, go back to it."""
        back = self.frontend.selectors.back
        if back is not None:
            self._match(f"{back}, {self.frontend.selector('conversation')}")
            found = self.page.locator(back).filter(visible=True).first
            if not eventually(lambda: self._goes_back(found), SECONDS):
                self._click(found, "the way back to the list", "back")
        return self

    def _goes_back(self, found: Locator) -> bool:
        """Click the way back if there is one; return False if it could not be clicked, as while it fades away."""
        moment_long = MOMENT * max(unit(), 1)
        try:
            if not found.count() or not self._is_in_window(found, moment_long):
                return True
            found.click(timeout=moment_long)
        except Error:
            return False
        self.log.note("test", "go back to the list")
        return True

    def _is_in_window(self, element: Locator, timeout: float) -> bool:
        """Return whether one could click it: a layout may keep what it does not show beside the window."""
        box, size = element.bounding_box(timeout=timeout), self.page.viewport_size
        return box is not None and (size is None or 0 <= box["x"] + box["width"] / 2 < size["width"])

    def _is_open(self, state: PageState, conversation: str) -> bool:
        """Return whether a conversation is open: its name says so, if the description tells where it stands."""
        described = self.frontend.selectors.open_conversation_name is not None
        return state.composer and (not described or conversation in (state.title or ""))

    def send(self, text: str) -> None:
        """Write a message in the open conversation and send it. Returns at once."""
        composer = self.visible("composer").first
        with acting(self.name, f"write in the composer ({self._key('composer')})"):
            composer.fill(text, timeout=patience())
        self.submit(text)

    def reply(self, text: str, answer: str) -> None:
        """Answer the message with this text. Raises NothingMatches if it has no reply button in time."""
        self.log.note("test", f"reply to '{text}'")
        message = self.message(text)
        with acting(self.name, f"point at the message '{text}' ({self._key('message')})"):
            message.hover(timeout=patience())
        selector = self.frontend.selector("reply")
        button = message.locator(selector).filter(visible=True).first
        try:
            button.wait_for(timeout=1000 * SECONDS * unit())
        except TimeoutError:
            what = f"selectors.reply of {self.frontend.name}, '{selector}'"
            raise NothingMatches(f"{what}, matches nothing visible in '{text}' ({self.name})") from None
        self._click(button, f"the reply button of '{text}'", "reply")
        self.send(answer)

    def message(self, text: str) -> Locator:
        """Return the visible message with exactly this text, as soon as it appears."""
        self.wait(lambda state: text in state.texts, f"the message '{text}'", "message_text")
        outer, part = self.frontend.selector("message"), self.frontend.selector("message_text")
        return saying(self.page, outer, part, text).first

    def sign_in(self, email: str, password: str) -> None:
        """Fill in and submit the sign-in form, at its own address if it has one."""
        form = self._form()
        if form.path is not None:
            self.go(form.path)
        for field, value in (("email", email), ("password", password)):
            found = self.find(f"sign_in.form.{field}", getattr(form, field)).first
            with acting(self.name, f"fill in sign_in.form.{field}, '{getattr(form, field)}',"):
                found.fill(value, timeout=patience())
        self.log.note("test", f"sign in as {email}")
        submit = self.find("sign_in.form.submit", form.submit).first
        with acting(self.name, f"click sign_in.form.submit, '{form.submit}',"):
            submit.click(timeout=patience())

    def sign_in_if_asked(self, email: str, password: str) -> None:
        """Sign in if the page shows the form instead of conversations, and wait for the conversations."""
        form = self._form()
        self._match(f"{form.email}, {self.frontend.selector('conversation')}")
        if form.path is not None or self.page.locator(form.email).filter(visible=True).count():
            self.sign_in(email, password)
            self.wait(lambda state: state.conversations, "conversations after signing in", "conversation")

    def sign_in_by_code(self, email: str, code: Callable[[], str]) -> None:
        """Sign in with a code if the page asks for an address, and wait for the conversations. code: waits for it."""
        form = self.frontend.sign_in.code
        assert form is not None, f"{self.frontend.name} has no sign-in by code"
        if form.path is not None:
            self.go(form.path)
        self._match(f"{form.email}, {self.frontend.selector('conversation')}")
        if not self.page.locator(form.email).filter(visible=True).count():
            return
        self.log.note("test", f"sign in by code as {email}")
        self.find("sign_in.code.email", form.email).first.fill(email)
        self.find("sign_in.code.submit", form.submit).first.click()
        self.find("sign_in.code.code", form.code).first.fill(code())
        self.find("sign_in.code.verify", form.verify).first.click()
        self.wait(lambda state: state.conversations, "conversations after signing in", "conversation")

    def wait_last(self, conversation: str, text: str) -> PageState:
        """Wait until the list shows this as the last message of a conversation, and return that state.

        Words of the page's own may stand before it, such as "You:".
        """
        self.to_list()
        return self.wait(
            lambda state: (row := state.conversation(conversation)) and row.says(text),
            f"'{text}' beside {conversation}",
            "last_message",
        )

    def wait_badge(self, conversation: str, badge: str) -> PageState:
        """Wait until a conversation has this badge, and return that state. badge: its text, empty for none."""
        self.to_list()
        return self.wait(
            lambda state: (row := state.conversation(conversation)) and row.unread == badge,
            f"the badge '{badge}' at {conversation}",
            "badge" if badge else None,
        )

    def expect_clean(self) -> None:
        """Fail if anything went wrong in the tab so far, according to the console, the requests or an alert."""
        problems = self.log.problems
        if problems:
            raise AssertionError(f"in {self.name}, {len(problems)} things went wrong:\n" + "\n".join(problems))
        told = next((state.alert for state in self.history if state.alert), None)
        if told:
            raise AssertionError(f"{self.name} showed an alert: '{told}'")

    def at_rest(self) -> PageState:
        """Return the state once no request is under way; in a history, its order then has to be right."""
        shown = self.wait_idle().now()
        self._rests.add(len(self.recording) - 1)
        return shown

    def tell(self, recorder: Recorder, conversation: str) -> None:
        """Tell a recorder everything that was sent from this tab to a conversation, and was seen of it."""
        recorder.observer(Observer(self.name))
        for where, text, at in self._sent:
            if where == conversation:
                recorder.sent(text, self.name, at)
                for told, when in self.log.acknowledged:
                    if told == text:
                        recorder.acknowledged(text, when)
        showing = [*self._openings, (len(self.recording), "")]
        for (start, name), (end, _) in pairwise(showing):
            # Without any later one, what was shown when the click returned is still there.
            for number in range(start, end) if start < end else (start - 1,) if start else ():
                shown = self.recording[number]
                if name == conversation and self._is_open(shown.state, name):
                    lines = [message.line() for message in shown.state.messages]
                    recorder.view(self.name, lines, at_rest=number in self._rests, at=shown.at)

    def _click(self, element: Locator, what: str, name: str, times: int = 1) -> None:
        """Click an element, once or in one go. what: in words. name: of its selector.

        Raises AssertionError, which says what hinders.
        """
        with acting(self.name, f"click {what} ({self._key(name)})"):
            element.click(timeout=patience(), click_count=times)

    def _key(self, name: str) -> str:
        return f"selectors.{name}, '{self.frontend.selector(name)}'"

    def _form(self) -> Form:
        form = self.frontend.sign_in.form
        assert form is not None, f"{self.frontend.name} has no sign-in form"
        return form

    def written(self) -> str:
        """Return what stands in the composer and was not sent."""
        composer = self.visible("composer").first
        return str(composer.evaluate("element => element.value ?? element.innerText")).strip()

    def submit(self, text: str, times: int = 1) -> None:
        """Send what is written in the composer. text: what it is. times: how often in one go, as by a double click."""
        self.log.note("test", f"send '{text}'")
        self._sent.append((self.opened[-1], text, moment.now()))
        if self.frontend.selectors.send is not None:
            self._click(self.visible("send").first, "the send button", "send", times)
            return
        composer = self.visible("composer").first
        for _ in range(times):
            with acting(self.name, f"press Enter in the composer ({self._key('composer')})"):
                composer.press("Enter", timeout=patience())
