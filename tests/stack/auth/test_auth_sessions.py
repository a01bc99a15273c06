"""Sessions of the stack's auth: refresh tokens rotate, and logout ends them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.stack.auth.fix_sign_in import refused


def is_open(caller, session):
    """Whether the service still knows the session of an access token."""
    answer = caller.ask("GET", "/user", bearer=session["access_token"])
    if answer.status_code == 200:
        return True
    assert refused(answer) == (403, "session_not_found")
    return False


def test_a_refresh_gives_a_new_token(caller):
    """The session goes on under another refresh token."""
    first = caller.sign_up()
    second = caller.refresh(first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert second["user"] == first["user"]
    assert is_open(caller, second)


def test_a_lost_answer_can_be_asked_for_again(caller):
    """Whose answer to a refresh was lost asks again with the old token, and gets the newest."""
    first = caller.sign_up()
    lost = caller.refresh(first["refresh_token"]).json()
    assert caller.refresh(first["refresh_token"]).json()["refresh_token"] == lost["refresh_token"]


def test_a_tab_behind_gets_the_newest_token(caller):
    """A tab that is two refreshes behind another one, but only by a moment, gets the newest token too."""
    first = caller.sign_up()
    second = caller.refresh(first["refresh_token"]).json()
    third = caller.refresh(second["refresh_token"]).json()
    assert caller.refresh(first["refresh_token"]).json()["refresh_token"] == third["refresh_token"]
    assert is_open(caller, third)


def test_a_token_used_twice_ends_its_session(caller, connect):
    """A refresh token that was replaced long before the last one was stolen: it is refused, and so is the newest."""
    first = caller.sign_up()
    second = caller.refresh(first["refresh_token"]).json()
    third = caller.refresh(second["refresh_token"]).json()
    connect(caller.stack.dsn).execute(
        "UPDATE auth.refresh_tokens SET created_at = created_at - interval '1 hour' WHERE user_id = %s",
        [first["user"]["id"]],
    )
    assert refused(caller.refresh(first["refresh_token"])) == (400, "refresh_token_already_used")
    assert refused(caller.refresh(third["refresh_token"])) == (400, "refresh_token_not_found")
    assert not is_open(caller, third)


def test_two_refreshes_at_once_get_the_same_token(caller):
    """Of two tabs that refresh with the same token at once, both get the one that goes on."""
    with ThreadPoolExecutor(8) as pool:
        first = caller.sign_up()
        answers = [answer.json() for answer in pool.map(caller.refresh, [first["refresh_token"]] * 8)]
    assert len({answer["refresh_token"] for answer in answers}) == 1
    assert caller.refresh(answers[0]["refresh_token"]).status_code == 200


@pytest.mark.parametrize(
    ("token", "code"), [("unknown", "refresh_token_not_found"), ("", "validation_failed"), (1, "bad_json")]
)
def test_a_token_that_never_was_is_refused(caller, token, code):
    """What is not a refresh token is refused."""
    assert refused(caller.refresh(token)) == (400, code)


def test_a_deleted_users_session_is_refused(caller, connect):
    """A refresh after the user was deleted is refused, and so is the user's access token."""
    session = caller.sign_up()
    connect(caller.stack.dsn).execute("DELETE FROM auth.users WHERE id = %s", [session["user"]["id"]])
    assert refused(caller.refresh(session["refresh_token"])) == (400, "refresh_token_not_found")
    assert refused(caller.ask("GET", "/user", bearer=session["access_token"])) == (403, "user_not_found")


@pytest.mark.parametrize(
    ("scope", "left"),
    [("", (False, False)), ("?scope=global", (False, False)), ("?scope=local", (False, True)),
     ("?scope=others", (True, False))],
    ids=["default", "global", "local", "others"],
)  # fmt: skip
def test_logout_ends_the_sessions_of_its_scope(caller, scope, left):
    """Logout ends this session, all others, or all; another user's stay."""
    here, stranger = caller.sign_up(), caller.sign_up()
    there = caller.sign_in(here["user"]["email"]).json()
    assert caller.ask("POST", f"/logout{scope}", bearer=here["access_token"]).status_code == 204
    assert (is_open(caller, here), is_open(caller, there)) == left
    assert is_open(caller, stranger)


def test_a_session_that_ended_cannot_be_refreshed(caller):
    """After logout the refresh token is unknown."""
    session = caller.sign_up()
    caller.ask("POST", "/logout", bearer=session["access_token"])
    assert refused(caller.refresh(session["refresh_token"])) == (400, "refresh_token_not_found")


def test_an_unknown_scope_ends_nothing(caller):
    """A scope that does not exist ends nothing."""
    session = caller.sign_up()
    answer = caller.ask("POST", "/logout?scope=mine", bearer=session["access_token"])
    assert refused(answer) == (400, "validation_failed")
    assert is_open(caller, session)


def test_a_token_lasts_as_long_as_told(own_stack):
    """--token-seconds is how long an access token lasts; a refresh gives the next."""
    stack = own_stack("prod", "--token-seconds", "7")
    session = stack.api().sign_in(stack.users[0]["email"], stack.users[0]["password"])
    assert session["expires_in"] == 7
