"""Signs somebody in as a person does: by a form, or by a code that comes by mail.

go: goes to a path of the front end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.browser.acting import acting, patience

if TYPE_CHECKING:
    from collections.abc import Callable

    from pgproof.browser.frontend_tables import Form
    from pgproof.browser.view import View

    Go = Callable[[str], object]


def by_form(view: View, go: Go, email: str, password: str) -> None:
    """Fill in and submit the sign-in form, at its own address if it has one."""
    form = _form(view)
    if form.path is not None:
        go(form.path)
    _fill(view, "sign_in.form.email", form.email, email)
    _fill(view, "sign_in.form.password", form.password, password)
    view.log.note("test", f"sign in as {email}")
    _click(view, "sign_in.form.submit", form.submit)


def by_form_if_asked(view: View, go: Go, email: str, password: str) -> None:
    """Sign in if the page shows the form instead of conversations, and wait for the conversations."""
    form = _form(view)
    if _asks(view, form.email) or form.path is not None:
        by_form(view, go, email, password)
        _wait_for_conversations(view)


def by_code(view: View, go: Go, email: str, code: Callable[[], str]) -> None:
    """Sign in with a code if the page asks for an address, and wait for the conversations. code: waits for it."""
    form = view.frontend.sign_in.code
    assert form is not None, f"{view.frontend.name} has no sign-in by code"
    if form.path is not None:
        go(form.path)
    if not _asks(view, form.email):
        return
    view.log.note("test", f"sign in by code as {email}")
    _fill(view, "sign_in.code.email", form.email, email)
    _click(view, "sign_in.code.submit", form.submit)
    _fill(view, "sign_in.code.code", form.code, code())
    _click(view, "sign_in.code.verify", form.verify)
    _wait_for_conversations(view)


def _form(view: View) -> Form:
    form = view.frontend.sign_in.form
    assert form is not None, f"{view.frontend.name} has no sign-in form"
    return form


def _asks(view: View, email: str) -> bool:
    """Return whether the page shows the field for an address, once it shows that or conversations."""
    view.matches(f"{email}, {view.frontend.selector('conversation')}")
    return view.page.locator(email).filter(visible=True).count() > 0


def _fill(view: View, key: str, selector: str, value: str) -> None:
    found = view.find(key, selector).first
    with acting(view.name, f"fill in {key}, '{selector}',"):
        found.fill(value, timeout=patience())


def _click(view: View, key: str, selector: str) -> None:
    found = view.find(key, selector).first
    with acting(view.name, f"click {key}, '{selector}',"):
        found.click(timeout=patience())


def _wait_for_conversations(view: View) -> None:
    view.wait(lambda state: state.conversations, "conversations after signing in", "conversation")
