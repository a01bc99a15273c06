"""One tab of a person, and what can be done in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from playwright.sync_api import Error

from pgproof.browser import acting, circumstances, composing, long_list, signing_in, turning, way_back
from pgproof.browser.deeds import Deeds
from pgproof.browser.locating import saying
from pgproof.browser.view import SECONDS, View
from pgproof.browser.vocabulary import PLAIN, Vocabulary
from pgproof.errors import Inconclusive
from pgproof.history import Observer
from pgproof.quoting import short
from pgproof.timing import eventually, unit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from playwright.sync_api import BrowserContext, Locator

    from pgproof.browser.frontend import Frontend
    from pgproof.browser.page_state import PageState
    from pgproof.history import Recorder
    from pgproof.moment import Moment
    from pgproof.scrub import Scrubber


class Tab(View):
    """A View that can be acted on. base_url: of the front end.

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
        self._keys = {} if keys is None else keys
        self._base_url = base_url.rstrip("/")
        self._deeds = Deeds()

    @property
    def opened(self) -> list[str]:
        """The names of the conversations opened in it, in order."""
        return self._deeds.opened

    @property
    def showing(self) -> str | None:
        """The name of the conversation that was opened last, None if none was."""
        return self.opened[-1] if self.opened else None

    @property
    def is_home(self) -> bool:
        """Whether it is at the address of its conversations, with whatever query."""
        return _place(self.page.url) == _place(self._base_url + self.home)

    @property
    def sent(self) -> list[tuple[str, str, Moment]]:
        """What was sent from this tab: the conversation, the text, and when."""
        return list(self._deeds.sent)

    def open(self, flags: dict[str, bool] | None = None) -> Tab:
        """Go to the page, as go() does. flags: features to switch on or off, by name."""
        query = ""
        if flags:
            assert self.frontend.flags is not None, f"{self.frontend.name} has no flags"
            switches = ",".join(f"{name}:{'on' if on else 'off'}" for name, on in flags.items())
            joint = "&" if "?" in self.frontend.path else "?"
            query = joint + self.frontend.flags.format(flags=switches)
        self.home = self.frontend.path + query
        return self.go(self.home)

    def go(self, path: str) -> Tab:
        """Go to a path of this front end. Returns once the page begins to load, so other tabs can load meanwhile."""
        self.log.note("test", f"go to {path}")
        with acting.acting(self.name, f"open {self._base_url + path}"):
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
        self.matches(f"{self.frontend.selector('composer')}, {self.frontend.selector('conversation')}")
        if self.frontend.selectors.back is not None:
            # A narrow window may show the list first, and then the conversation instead.
            self.wait_idle()
        if not self.is_open(self.now(), conversation):
            return self.open_conversation(conversation, live)
        self.log.awaited = self._keys.get(conversation)
        return self.wait_live() if live else self

    def open_conversation(self, name: str, live: bool = True) -> Tab:
        """Click a conversation in the list, and wait until it is open. live: also wait until changes flow for it."""
        self.to_list()
        self.visible("conversation")
        long_list.reach(self, name)
        self.wait(lambda state: name in state.names, f"a conversation '{name}' in the list", "conversation")
        self.log.note("test", f"open the conversation '{name}'")
        outer, part = self.frontend.selector("conversation"), self.frontend.selector("conversation_name")
        found = saying(self.page, outer, part, name).first
        acting.click(self, found, f"the conversation '{name}'", "conversation")
        self.log.awaited = self._keys.get(name)
        self._deeds.open(name, len(self.recording))
        self.visible("composer")
        if self.frontend.selectors.open_conversation_name is not None:
            what = f"'{name}' as the name of the open conversation"
            self.wait(lambda state: self.is_open(state, name), what, "open_conversation_name")
        if self.frontend.wait_after_open is not None:
            self.find("wait_after_open", self.frontend.wait_after_open)
        return self.wait_live() if live else self

    def wait_live(self) -> Self:
        """Wait until changes flow; for an open conversation, by the subscription of its own if the page has any."""
        if self.log.awaited is not None and not self.log.is_subscribed(self.log.awaited):
            # Its subscription may be asked for only once its messages are there.
            self.wait_idle()
        return super().wait_live()

    def is_open(self, state: PageState, conversation: str) -> bool:
        """Return whether a conversation is open: its name says so, if the description tells where it stands."""
        described = self.frontend.selectors.open_conversation_name is not None
        return state.composer and (not described or conversation in (state.title or ""))

    def to_list(self) -> Tab:
        """In a narrow window, where an open conversation hides the list, go back to it."""
        way_back.take(self)
        return self

    def wait_texts(self, texts: list[str], among: str = "", seconds: float = SECONDS) -> PageState:
        """Wait as any View does. Of a page that shows the last of them only, who turns up to the first must see all.

        Then the state that is returned has all messages, and a history takes what is out of sight as it was last seen.
        """
        if among or len(texts) < 2:
            return super().wait_texts(texts, among, seconds)
        began = max(len(self.recording) - 1, 0)
        what = f"the messages {[short(text) for text in texts]}"
        shown = self.wait(lambda state: turning.is_end(state.texts, texts), what, "message_text", seconds)
        part = shown.texts != texts and turning.leads_on(self)
        if part:
            # A page may have drawn the newest first.
            self.wait_idle()
        whole = next((state for state in self.history[began:] if state.texts == texts), None)
        if whole is not None:
            return whole
        if not part:
            return super().wait_texts(texts, seconds=seconds)
        messages = turning.gather(self, texts)
        if messages is None:
            what += ", or the older ones to who scrolls up (or clicks the button that selectors.older describes)"
            return self.wait(lambda state: state.texts == texts, what, "message_text", seconds)
        self._deeds.gather(len(self.recording) - 1, messages)
        return replace(self.state, messages=messages)

    def send(self, text: str) -> None:
        """Write a message in the open conversation and send it. Returns at once."""
        composing.write(self, text)
        self.submit(text)

    def reply(self, text: str, answer: str) -> None:
        """Answer the message with this text. Raises NothingMatches if it has no reply button in time."""
        composing.begin_reply(self, text, self.message(text))
        self.send(answer)

    def written(self) -> str:
        """Return what stands in the composer and was not sent."""
        return composing.written(self)

    def submit(self, text: str, times: int = 1) -> None:
        """Send what is written in the composer. text: what it is. times: how often in one go, as by a double click."""
        self._deeds.send(text)
        composing.submit(self, text, times)

    def message(self, text: str) -> Locator:
        """Return the visible message with exactly this text, as soon as it appears, from out of sight if need be."""
        turning.seek(self, text, self._deeds.gathered)
        self.wait(lambda state: text in state.texts, f"the message '{short(text)}'", "message_text")
        outer, part = self.frontend.selector("message"), self.frontend.selector("message_text")
        return saying(self.page, outer, part, text).first

    def sign_in(self, email: str, password: str) -> None:
        """Fill in and submit the sign-in form, at its own address if it is not shown, and go on to the list."""
        signing_in.by_form(self, self.go, email, password)

    def sign_in_if_asked(self, email: str, password: str) -> None:
        """Sign in if the page or the form's own address shows the form, and go on to the conversations."""
        signing_in.by_form_if_asked(self, self.go, email, password)

    def sign_in_by_code(self, email: str, code: Callable[[], str]) -> None:
        """Sign in with a code if the page asks for an address, and go on to the conversations. code: waits for it."""
        signing_in.by_code(self, self.go, email, code)

    def wait_last(self, conversation: str, text: str) -> PageState:
        """Wait until the list shows this as the last message of a conversation, and return that state.

        Words of the page's own may stand before it, such as "You:".
        """
        self.to_list()
        return self.wait(
            lambda state: (row := state.conversation(conversation)) and row.says(text),
            f"'{short(text)}' beside {conversation}",
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
        """Fail if anything went wrong in the tab so far, according to the console, the requests or an alert.

        Raises AssertionError, and Inconclusive if all that went wrong may come of what the run held back.
        """
        problems = self.log.problems
        if self.log.only_held_back:
            raise Inconclusive(
                f"inconclusive: {self.name} can only be judged where it may write:\n" + "\n".join(problems)
            )
        if problems:
            said = [f"in {self.name}, {len(problems)} things went wrong:", *problems, *circumstances.unsent(self)]
            raise AssertionError("\n".join(said))
        told = next((state.alert for state in self.history if state.alert), None)
        if told:
            raise AssertionError(f"{self.name} showed an alert: '{short(told)}'")

    def at_rest(self) -> PageState:
        """Return the state once no request is under way; in a history, its order then has to be right."""
        shown = self.wait_idle().now()
        self._deeds.rests.add(len(self.recording) - 1)
        return shown

    def tell(self, recorder: Recorder, conversation: str) -> None:
        """Tell a recorder everything that was sent from this tab to a conversation, and was seen of it."""
        recorder.observer(Observer(self.name))
        self._deeds.tell(recorder, self, conversation)


def _place(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.path.rstrip("/"), parts.fragment
