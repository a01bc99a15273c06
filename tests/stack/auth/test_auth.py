"""The stack's auth answers as Supabase's does: grants, sign-up, the user, logout."""

import uuid

import jwt
import pytest

from tests.stack.auth.fix_sign_in import PASSWORD, refused


def test_a_user_of_the_announcement_signs_in(caller):
    """Every announced user gets a session with the announced password."""
    for user in caller.stack.users:
        session = caller.sign_in(user["email"].upper(), user["password"]).json()
        assert session["user"]["id"] == user["id"]
        assert session["token_type"] == "bearer"
        assert session["expires_in"] == 3600


def test_the_token_names_everything(caller):
    """The access token holds the claims that clients, policies and PostgREST read."""
    session = caller.sign_up(data={"name": "Zoë"})
    claims = jwt.decode(session["access_token"], caller.stack.jwt_secret, ["HS256"], audience="authenticated")
    user = session["user"]
    assert claims.pop("exp") == session["expires_at"]
    assert claims.pop("iat") == session["expires_at"] - session["expires_in"]
    assert uuid.UUID(claims.pop("session_id"))
    assert [each["method"] for each in claims.pop("amr")] == ["password"]
    assert claims == {
        "iss": f"{caller.stack.api_url}/auth/v1",
        "sub": user["id"],
        "aud": "authenticated",
        "role": "authenticated",
        "email": user["email"],
        "phone": "",
        "app_metadata": {"provider": "email", "providers": ["email"]},
        "user_metadata": {"name": "Zoë"},
        "aal": "aal1",
        "is_anonymous": False,
    }


def test_the_password_is_stored_as_a_hash(caller, connect):
    """auth.users holds a bcrypt hash, and no answer shows it."""
    session = caller.sign_up()
    query = "SELECT encrypted_password FROM auth.users WHERE id = %s"
    (stored,) = connect(caller.stack.dsn).execute(query, [session["user"]["id"]]).fetchone()
    assert stored.startswith("$2")
    assert stored not in str(session)


@pytest.mark.parametrize("wrong", ["", "wrong", PASSWORD.upper(), PASSWORD + "\0", "x" * 100])
def test_wrong_password_and_unknown_address_look_alike(caller, wrong):
    """A wrong password and an unknown address are refused with the same words."""
    known = caller.sign_in(caller.sign_up()["user"]["email"], wrong)
    unknown = caller.sign_in(f"{uuid.uuid4()}@example.com", wrong)
    assert refused(known) == (400, "invalid_credentials")
    assert known.json() == unknown.json()


def test_an_unconfirmed_user_stays_outside(caller, connect):
    """The right password of an address that was never confirmed is not enough."""
    session = caller.sign_up()
    connect(caller.stack.dsn).execute(
        "UPDATE auth.users SET email_confirmed_at = NULL WHERE id = %s", [session["user"]["id"]]
    )
    assert refused(caller.sign_in(session["user"]["email"])) == (400, "email_not_confirmed")


def test_an_address_signs_up_once(caller):
    """An address has one user, however it is written."""
    address = caller.sign_up()["user"]["email"]
    again = caller.ask("POST", "/signup", {"email": f" {address.upper()}", "password": PASSWORD})
    assert refused(again) == (422, "user_already_exists")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"email": "a@b.example", "password": "short"}, (422, "weak_password")),
        ({"email": "a@b.example", "password": "é" * 37}, (400, "validation_failed")),
        ({"email": "no address", "password": PASSWORD}, (400, "validation_failed")),
        ({"email": "xx:;x@x.x", "password": PASSWORD}, (400, "validation_failed")),
        ({"email": "a" * 250 + "@b.example", "password": PASSWORD}, (400, "validation_failed")),
        ({"email": "a\0@b.example", "password": PASSWORD}, (400, "validation_failed")),
        ({"email": ["a@b.example"], "password": PASSWORD}, (400, "bad_json")),
        ({"email": "a@b.example", "password": PASSWORD, "data": "text"}, (400, "bad_json")),
        ({"email": "a@b.example", "password": PASSWORD, "data": {"a": "\0"}}, (400, "validation_failed")),
    ],
    ids=["short", "long", "no address", "odd", "endless", "nul", "list", "metadata as text", "nul in metadata"],
)
def test_what_cannot_be_a_user_is_refused(caller, body, expected):
    """What cannot become a user is refused with a code."""
    assert refused(caller.ask("POST", "/signup", body)) == expected


def test_the_token_leads_to_its_user(caller):
    """GET /user is the user of the token, as the sign-up gave it."""
    session = caller.sign_up(data={"name": "Ana"})
    assert caller.ask("GET", "/user", bearer=session["access_token"]).json() == session["user"]


def test_put_merges_metadata(caller):
    """PUT /user merges metadata; null removes."""
    session = caller.sign_up(data={"name": "Ana", "mood": "fine"})
    body = {"data": {"mood": None, "place": "Porto"}}
    changed = caller.ask("PUT", "/user", body, session["access_token"]).json()
    assert changed["user_metadata"] == {"name": "Ana", "place": "Porto"}
    assert caller.ask("GET", "/user", bearer=session["access_token"]).json() == changed


def test_nobody_takes_anothers_address(caller):
    """Nobody can take another's address."""
    taken, session = caller.sign_up()["user"]["email"], caller.sign_up()
    answer = caller.ask("PUT", "/user", {"email": taken}, session["access_token"])
    assert refused(answer) == (422, "email_exists")


def test_a_new_password_signs_out_everywhere_else(caller):
    """A new password replaces the old one and signs out everywhere else."""
    session = caller.sign_up()
    other = caller.sign_in(session["user"]["email"]).json()
    same = caller.ask("PUT", "/user", {"password": PASSWORD}, session["access_token"])
    assert refused(same) == (422, "same_password")
    assert caller.ask("PUT", "/user", {"password": "another-one"}, session["access_token"]).status_code == 200
    assert refused(caller.sign_in(session["user"]["email"])) == (400, "invalid_credentials")
    assert caller.sign_in(session["user"]["email"], "another-one").status_code == 200
    assert refused(caller.ask("GET", "/user", bearer=other["access_token"])) == (403, "session_not_found")
    assert caller.ask("GET", "/user", bearer=session["access_token"]).status_code == 200
