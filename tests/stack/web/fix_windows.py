"""Windows of the stack's chat page, and a chat of a test's own to look at in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pgproof.timing import unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import psycopg
    from playwright.sync_api import Browser, Locator, Page

    from connect.embedded_stack import Running, StackOf

    Window = Callable[..., "Page"]

_SECONDS = 15


def say(page: Page, text: str) -> None:
    """Write it and send it."""
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("composer").press("Enter")


def seqs(page: Page) -> list[int]:
    """Of the messages, from top to bottom."""
    found: list[int] = page.get_by_test_id("message").evaluate_all("all => all.map((one) => Number(one.dataset.seq))")
    return found


def in_list(page: Page, chat: str) -> Locator:
    """The chat's row in the list."""
    return page.locator(f"[data-testid=conversation][data-chat-id='{chat}']")


@pytest.fixture
def page_stack(stack_of: StackOf) -> Running:
    """The stack whose page the windows show."""
    return stack_of("prod")


@pytest.fixture
def chat_of_sixty(page_stack: Running, connect: Callable[[str], psycopg.Connection[Any]]) -> Iterator[str]:
    """A chat of the first two users with 60 messages of the second, gone after the test: its id."""
    admin = connect(page_stack.dsn)
    first, second = (user["id"] for user in page_stack.users[:2])
    found = admin.execute(
        "INSERT INTO public.chats (type, name, created_by) VALUES ('group', 'Room', %s) RETURNING id::text", [first]
    ).fetchone()
    assert found is not None, "RETURNING gives a row"
    chat: str = found[0]
    for user in (first, second):
        admin.execute("INSERT INTO public.chat_participants (chat_id, user_id) VALUES (%s, %s)", [chat, user])
    admin.execute(
        "INSERT INTO public.chat_messages (chat_id, sender_id, message_text)"
        " SELECT %s, %s, 'message ' || n FROM generate_series(1, 60) n",
        [chat, second],
    )
    yield chat
    admin.execute("DELETE FROM public.chats WHERE id = %s", [chat])


@pytest.fixture
def window(browser: Browser, page_stack: Running) -> Iterator[Window]:
    """Opens windows that share nothing, signed in as the user of a number, or not at all for None.

    said: a list that gets what the page writes to the console, as "error: …". chat: the one to open.
    """
    from playwright.sync_api import expect

    expect.set_options(timeout=_SECONDS * 1000 * unit())
    contexts = []

    def open_one(
        number: int | None, chat: str | None = None, *, width: int = 1000, said: list[str] | None = None
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 700})
        contexts.append(context)
        page = context.new_page()
        if said is not None:
            page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
            page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{page_stack.app_url}/chat" + (f"?c={chat}" if chat else ""))
        if number is not None:
            page.get_by_test_id("person-button").nth(number).click()
            expect(page.get_by_test_id("conversation").first).to_be_visible()
            expect(page.get_by_test_id("connection-status")).to_have_text("Live")
        return page

    yield open_one
    for context in contexts:
        context.close()
