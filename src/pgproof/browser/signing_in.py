"""Signs somebody in as a person does: by a form, or by a code that comes by mail.

go: goes to a path of the front end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.browser.acting import acting, patience
from pgproof.browser.view import SECONDS
from pgproof.timing import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from pgproof.browser.frontend_tables import Form
    from pgproof.browser.view import View

    Go = Callable[[str], object]


def by_form(view: View, go: Go, email: str, password: str) -> None:
    """Fill in and submit the sign-in form, at its own address if it is not shown, and go on to the list."""
    form = _form(view)
    _finds(view, go, form.path, form.email, form.password)
    _submit(view, go, form, email, password)


def by_form_if_asked(view: View, go: Go, email: str, password: str) -> None:
    """Sign in if the page or the form's own address shows the form, and go on to the conversations."""
    form = _form(view)
    if _finds(view, go, form.path, form.email, form.password):
        _submit(view, go, form, email, password)
    elif form.path is not None:
        _to_the_list(view, go)


def by_code(view: View, go: Go, email: str, code: Callable[[], str]) -> None:
    """Sign in with a code if the page asks for an address, and go on to the conversations. code: waits for it."""
    form = view.frontend.sign_in.code
    assert form is not None, f"{view.frontend.name} has no sign-in by code"
    if not _finds(view, go, form.path, form.email, form.submit):
        if form.path is not None:
            _to_the_list(view, go)
        return
    view.log.note("test", f"sign in by code as {email}")
    _fill(view, "sign_in.code.email", form.email, email)
    _click(view, "sign_in.code.submit", form.submit)
    _fill(view, "sign_in.code.code", form.code, code())
    _click(view, "sign_in.code.verify", form.verify)
    _arrive(view, go, f"{form.email}, {form.code}")


def _form(view: View) -> Form:
    form = view.frontend.sign_in.form
    assert form is not None, f"{view.frontend.name} has no sign-in form"
    return form


def _submit(view: View, go: Go, form: Form, email: str, password: str) -> None:
    _fill(view, "sign_in.form.email", form.email, email)
    _fill(view, "sign_in.form.password", form.password, password)
    view.log.note("test", f"sign in as {email}")
    _click(view, "sign_in.form.submit", form.submit)
    _arrive(view, go, form.email)


def _finds(view: View, go: Go, path: str | None, first: str, second: str) -> bool:
    """Return whether the form is shown, at its own address if the page shows neither it nor conversations.

    path: its address, if it has one. first, second: selectors of it. Where it has an address of its own, a page that
    shows only one of them has some other form, such as one for a newsletter.
    """
    if _asks(view, first) and (path is None or view.shows(second)):
        return True
    # Somebody who is signed in may be led away from the form, and who may see conversations has no use for it.
    if path is None or view.now().conversations:
        return False
    go(path)
    return _asks(view, first)


def _asks(view: View, field: str) -> bool:
    """Return whether the page shows this field, once it shows that or conversations."""
    return view.appears(f"{field}, {view.frontend.selector('conversation')}") and view.shows(field)


def _arrive(view: View, go: Go, fields: str) -> None:
    """Go on to the conversations once the form has given way. fields: selects what is visible until then.

    Raises AssertionError if the form is still there, or again.
    """
    eventually(lambda: bool(view.now().conversations) or not _asks(view, fields), 3 * SECONDS)
    if not view.shows(fields):
        _to_the_list(view, go)
    if _asks(view, fields):
        view.wait(lambda state: state.conversations, "conversations after signing in", "conversation")


def _to_the_list(view: View, go: Go) -> None:
    """Go to the address of the conversations if the page shows none and is elsewhere; somebody may have none at all."""
    # A page that is there and shows them only when it is loaded again is wrong.
    if not view.appears(view.frontend.selector("conversation")) and not view.is_home:
        go(view.home)


def _fill(view: View, key: str, selector: str, value: str) -> None:
    found = view.find(key, selector).first
    with acting(view.name, f"fill in {key}, '{selector}',"):
        found.fill(value, timeout=patience())


def _click(view: View, key: str, selector: str) -> None:
    found = view.find(key, selector).first
    with acting(view.name, f"click {key}, '{selector}',"):
        found.click(timeout=patience())
