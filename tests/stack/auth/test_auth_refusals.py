"""What auth does not do here, it refuses in GoTrue's words: phones, and what only an administrator may change."""

import pytest

from tests.stack.auth.fix_sign_in import PASSWORD

NUMBER = {"phone": "+15550199"}
SIGN_IN = "/token?grant_type=password"


def said(answer):
    """Status, code and message of a refusal."""
    body = answer.json()
    return answer.status_code, body["error_code"], body["msg"]


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/signup", {**NUMBER, "password": PASSWORD}, (400, "phone_provider_disabled", "Phone signups are disabled")),
        (SIGN_IN, {**NUMBER, "password": PASSWORD}, (422, "phone_provider_disabled", "Phone logins are disabled")),
        (
            SIGN_IN,
            {**NUMBER, "email": "a@b.example", "password": PASSWORD},
            (400, "validation_failed", "Only an email address or phone number should be provided on login."),
        ),
        (
            "/signup",
            {**NUMBER, "email": "a@b.example", "password": PASSWORD},
            (400, "validation_failed", "Only an email address or phone number should be provided on signup."),
        ),
        ("/signup", {"email": "a@b.example"}, (400, "validation_failed", "Signup requires a valid password")),
        (
            "/verify",
            {"type": "sms", "phone": "call me", "token": "123456"},
            (400, "validation_failed", "Invalid phone number format (E.164 required)"),
        ),
        ("/signup", NUMBER, (400, "validation_failed", "Signup requires a valid password")),
    ],
    ids=[
        "sign up",
        "sign in",
        "both to sign in",
        "both to sign up",
        "no password",
        "no number",
        "a phone and no password",
    ],
)
def test_phones_are_refused_by_name(caller, path, body, expected):
    """A phone is not called an anonymous sign-in, nor a missing password a weak one."""
    assert said(caller.ask("POST", path, body)) == expected


@pytest.mark.parametrize("app_metadata", [{"role": "admin"}, {}])
def test_a_user_does_not_change_what_the_app_says_of_them(caller, app_metadata):
    """PUT /user with app_metadata changes nothing, not even what else it asks for."""
    session = caller.sign_up(data={"mood": "fine"})
    body = {"app_metadata": app_metadata, "data": {"mood": "better"}}
    answer = caller.ask("PUT", "/user", body, session["access_token"])
    assert said(answer) == (403, "not_admin", "Updating app_metadata requires admin privileges")
    assert caller.ask("GET", "/user", bearer=session["access_token"]).json() == session["user"]
    assert caller.ask("PUT", "/user", {"app_metadata": None}, session["access_token"]).status_code == 200


@pytest.mark.parametrize("path", ["/factors", "/factors/f/verify", "/user/identities/x", "/admin/oauth/clients"])
def test_who_may_not_ask_is_told_so_first(caller, path):
    """What is left out asks for a session, or for the service key, as it does where it is there."""
    assert said(caller.ask("POST", path, {})) == (
        401,
        "no_authorization",
        "This endpoint requires a valid Bearer token",
    )
