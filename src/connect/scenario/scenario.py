"""What a test of tests/e2e acts on: people, new chats, their tabs and listeners, and the rows in the database."""

from __future__ import annotations

import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connect.scenario import beside, chats, inbox, judging, people
from connect.scenario.chat import Chat
from connect.scenario.devices import Devices
from connect.scenario.own_chats import OwnChats
from connect.vocabulary import VOCABULARY
from pgproof.browser import Tab
from pgproof.browser.view import SECONDS
from pgproof.timing import eventually, unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, BrowserContext

    from connect.scenario.people import Person
    from connect.scenario.stored import StoredMessage
    from connect.scenario.target import Target
    from pgproof.browser.frontend import Frontend
    from pgproof.history import Judgement
    from pgproof.moment import Moment
    from pgproof.realtime import Subscription
    from pgproof.scrub import Scrubber

_SECONDS = 10


@dataclass(repr=False)
class Scenario:
    """The scenario of one test; what it creates is removed at its end. tabs, chats, listeners: so far, in order.

    snapshots: whether a trace holds the page at each step, which takes a fifth of the time.
    """

    target: Target
    frontend: Frontend
    browser: Browser
    scrub: Scrubber
    snapshots: bool = False
    tabs: list[Tab] = field(default_factory=list)
    chats: list[Chat] = field(default_factory=list)
    listeners: list[tuple[str, Chat, Subscription]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._run = uuid.uuid4().hex[:8]
        self._texts = 0
        self._keys: dict[str, str] = {}
        is_live = self.target.administrator is None and self.target.read_only is None
        own_chats = OwnChats(self._keys.values(), self._run) if is_live else None
        self.devices = Devices(self.target, self.frontend, self.browser, self.scrub, self.snapshots, own_chats)
        self._people = 0
        self._said: list[judging.Said] = []
        self._opened = ExitStack()
        self.scrub.learn(*self.target.secrets)

    def close(self) -> None:
        """Close every tab and listener, and remove the chats. Raises AssertionError if one cannot be removed."""
        with self._opened:
            self.devices.close()

    @property
    def marks(self) -> str:
        """A regular expression that is found in all that text() returned, and in nothing else."""
        return rf"{self._run}-\d{{3}}"

    def text(self, label: str = "message") -> str:
        """Return a new text that begins with the label and that nobody else sends."""
        self._texts += 1
        return f"{label} {self._run}-{self._texts:03}"

    def people(self, *names: str) -> list[Person]:
        """Return one person for each name: new ones on a stack; on a live project the given ones, in their order.

        Skips the test if the live project has too few.
        """
        found = [self._person(name) for name in names]
        for person in found:
            self.scrub.learn(person.session["access_token"], person.session["refresh_token"])
        return found

    def known(self) -> Person:
        """Return somebody who existed before, and who has chats."""
        person = people.signed_in(self.target, "someone", self.target.accounts[0])
        self.scrub.learn(person.session["access_token"], person.session["refresh_token"])
        return person

    def chat(self, *members: Person, label: str = "chat") -> Chat:
        """Create and return a new group chat, made by the first of its members."""
        chat = Chat(str(uuid.uuid4()), self.text(label), members)
        # Registered before the chat is created: it may exist although no answer came.
        self._opened.callback(chats.remove, self.target, chat)
        chats.make(self.target, chat)
        self._keys[chat.name] = chat.id
        self.chats.append(chat)
        return chat

    def say(self, person: Person, chat: Chat, text: str | None = None, **columns: Any) -> str:
        """Send a message by the API instead of a page, and return its text, by default a new one.

        columns: further ones of chat_messages.
        """
        return self.say_many(person, chat, [text or self.text()], **columns)[0]

    def say_many(self, person: Person, chat: Chat, texts: list[str], **columns: Any) -> list[str]:
        """Send several messages by the API in one request, which stores them in this order, and return their texts."""
        self._said += chats.say(person, chat, texts, columns)
        return texts

    def read(self, person: Person, chat: Chat) -> None:
        """Mark everything that others said in a chat as read, by the API."""
        person.api.call("mark_messages_as_read", p_chat_id=chat.id, p_user_id=person.id)

    def tab(self, person: Person, *, apart: bool = False, flags: dict[str, bool] | None = None) -> Tab:
        """Open the page with a person's list of conversations. apart: on another device, with its own session."""
        device = self.devices.of(person, apart=apart)
        tab = self._tab(f"{person.name}'s tab {1 + sum(t.name.startswith(person.name) for t in self.tabs)}", device)
        tab.beside = self._beside(person)
        tab.open(flags)
        ways = self.frontend.sign_in
        if not ways.storage and ways.form is not None:
            tab.sign_in_if_asked(*person.account)
        elif not ways.storage:
            self.sign_in_by_code(tab, person)
        self.devices.check_session(device)
        return tab

    def live_list(self, person: Person, *, flags: dict[str, bool] | None = None) -> Tab:
        """Open the page as tab() does, and return it once its list is told of changes.

        Skips the test if the page asks for none before a conversation is open, so that nothing moves in its list.
        """
        tab = self.tab(person, flags=flags).wait_live()
        if not tab.log.asks_for_realtime:
            import pytest

            pytest.skip("not applicable: the page subscribes to nothing before a conversation is open")
        return tab

    def sign_in_by_code(self, tab: Tab, person: Person) -> None:
        """Sign a person in with the code that the stack sends, if the page asks, and wait for the conversations."""
        email = person.account.email
        tab.sign_in_by_code(email, inbox.codes_of(self.target.api.url, email))

    def side_by_side(self, chat: Chat, *people: Person) -> list[Tab]:
        """Return a tab for each person, with the chat open and live; they load at the same time."""
        tabs = [self.tab(person) for person in people]
        for tab in tabs:
            tab.open_conversation(chat.name, live=False)
        return [tab.wait_live() for tab in tabs]

    def device(self, person: Person, *, apart: bool = False, **changed: Any) -> BrowserContext:
        """Return the device of a person's next tab: the newest one, or a new one if apart or if there is none.

        changed: what a new device's session has instead of what the server returned.
        """
        return self.devices.contexts[self.devices.of(person, apart=apart, **changed)]

    def stranger(self) -> Tab:
        """Open the page for somebody who is not signed in."""
        tab = self._tab(f"a stranger's tab {len(self.tabs) + 1}", self.devices.stranger())
        tab.beside = self._beside()
        return tab.open()

    def listen(self, person: Person, *chats: Chat) -> list[Subscription]:
        """Return live subscriptions to the messages of these chats, of one listener with the person's token."""
        from pgproof.realtime import Listener

        api = self.target.api
        listener = self._opened.enter_context(Listener(api.url, api.anon_key, person.session["access_token"]))
        heard = [listener.subscribe("chat_messages", filter=f"chat_id=eq.{chat.id}") for chat in chats]
        for chat, subscription in zip(chats, heard, strict=True):
            subscription.wait_live()
            self.listeners.append((f"{person.name}'s listener", chat, subscription))
        return heard

    def rows(self, chat: Chat) -> list[StoredMessage]:
        """Return the rows of a chat's messages in the database, in order of seq."""
        return self.target.database.messages(chat.id)

    def wait_rows(
        self, chat: Chat, condition: Callable[[list[StoredMessage]], object], what: str, seconds: float = _SECONDS
    ) -> None:
        """Wait until the condition is true for the rows of a chat. Nothing announces that, so they are read repeatedly.

        what: is waited for, in words. seconds: scaled. Raises AssertionError when time is up.
        """

        def holds() -> bool:
            self.devices.serve()
            return bool(condition(self.rows(chat)))

        if not eventually(holds, seconds):
            raise AssertionError(beside.without_rows(self._beside(), self.tabs, chat, what, seconds * unit()))

    def judge(self, chat: Chat) -> Judgement:
        """Compare what was sent, seen and stored so far, and return the judgement.

        Every tab that opened the chat should see it. A tab is judged by its last recorded state: wait for one first.
        """
        return judging.judge(chat, self._said, self.tabs, self.listeners, self.rows(chat))

    def expect_good(self, chat: Chat, *, disturbed: bool = False) -> None:
        """Fail, with the orders side by side, unless the chat's history becomes free of anomalies in time.

        This waits for what is still under way, such as the tick of a message that was just read. disturbed: the tabs
        were disturbed on purpose, so something may have gone wrong in them.
        """

        def is_good() -> bool:
            for tab in self.tabs:
                tab.now()
            return self.judge(chat).good

        if not eventually(is_good, _SECONDS):
            raise AssertionError("\n".join(self.judge(chat).lines()))
        for tab in () if disturbed else self.tabs:
            tab.expect_clean()

    def expect_all_of(
        self, chat: Chat, tabs: list[Tab], count: int, *, disturbed: bool = False, seconds: float = SECONDS
    ) -> None:
        """Fail unless so many messages are stored, and each tab shows all of them in order, now and after a reload.

        disturbed: as for expect_good. seconds: each tab has so long to show them before the reload, such as to recover.
        """
        self.wait_rows(chat, lambda rows: len(rows) == count, f"{count} messages", max(seconds, _SECONDS))
        stored = [row.text for row in self.rows(chat)]
        for again in (False, True):
            for tab in tabs if again else ():
                tab.reload()
            for tab in tabs:
                if again:
                    tab.reopen(chat.name)
                tab.wait_texts(stored, seconds=SECONDS if again else seconds)
                tab.at_rest()
        self.expect_good(chat, disturbed=disturbed)

    def _beside(self, person: Person | None = None) -> beside.Stored:
        """Return what messages of failures say of the database. person: whose list is read, None for nobody's."""
        return beside.Stored(self.target.database, self.chats, self._sent, None if person is None else person.id)

    def _sent(self) -> dict[str, Moment]:
        return judging.last_sent(self._said, self.tabs)

    def _person(self, name: str) -> Person:
        self._people += 1
        if self.target.administrator is not None:
            return people.fresh(self.target, name, f"{self._run}-{self._people}")
        accounts = self.target.accounts
        if self._people > len(accounts):
            import pytest

            pytest.skip(f"not applicable: it needs more people than the {len(accounts)} of CONNECT_E2E_USERS")
        return people.signed_in(self.target, name, accounts[self._people - 1])

    def _tab(self, name: str, device: str) -> Tab:
        context = self.devices.contexts[device]
        tab = Tab(
            name, context, self.frontend, self.target.page_url, self.scrub, vocabulary=VOCABULARY, keys=self._keys
        )
        self.tabs.append(tab)
        return tab
