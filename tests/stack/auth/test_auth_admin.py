"""The service key manages users; no other key or token does."""

import uuid

import httpx
import pytest

from tests.stack.auth.fix_sign_in import PASSWORD, refused


@pytest.fixture
def auth_admin(caller):
    """Asks with the service key."""

    def ask(method, path, body=None):
        return caller.ask(method, f"/admin{path}", body, caller.stack.service_role_key)

    return ask


@pytest.fixture
def made(auth_admin):
    """A user whom the administrator has made."""
    body = {"email": f"{uuid.uuid4()}@example.com", "password": PASSWORD, "email_confirm": True}
    return auth_admin("POST", "/users", body).json()


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/admin/users"), ("POST", "/admin/users"), ("POST", "/admin/generate_link"), ("POST", "/invite")],
)
def test_only_the_service_key_may(caller, method, path):
    """The anon key and a user's token are refused, and so is no token at all."""
    user = caller.sign_up()["access_token"]
    for bearer in (caller.stack.anon_key, user):
        assert refused(caller.ask(method, path, {}, bearer)) == (403, "not_admin")
    assert refused(caller.ask(method, path, {}, apikey=caller.stack.publishable_key)) == (403, "not_admin")
    assert refused(caller.ask(method, path, {})) == (401, "no_authorization")
    assert refused(caller.ask(method, path, {}, "nonsense")) == (403, "bad_jwt")


def test_a_user_is_made_read_changed_and_deleted(caller, auth_admin, made):
    """The whole life of a user, as each of the five requests tells it."""
    assert made["email_confirmed_at"]
    assert caller.sign_in(made["email"]).status_code == 200
    change = {"app_metadata": {"team": "a"}, "user_metadata": {"name": "Zoë"}, "password": "another-one"}
    changed = auth_admin("PUT", f"/users/{made['id']}", change).json()
    assert changed["app_metadata"] == {"provider": "email", "providers": ["email"], "team": "a"}
    assert auth_admin("GET", f"/users/{made['id']}").json() == changed
    session = caller.sign_in(made["email"], "another-one").json()
    assert session["user"]["app_metadata"]["team"] == "a"
    assert auth_admin("DELETE", f"/users/{made['id']}").json() == {}
    assert refused(auth_admin("GET", f"/users/{made['id']}")) == (404, "user_not_found")
    assert refused(caller.ask("GET", "/user", bearer=session["access_token"])) == (403, "user_not_found")


def test_an_unconfirmed_user_waits(caller, auth_admin):
    """Without email_confirm the user cannot sign in; with it later, they can."""
    email = f"{uuid.uuid4()}@example.com"
    user = auth_admin("POST", "/users", {"email": email, "password": PASSWORD}).json()
    assert refused(caller.sign_in(email)) == (400, "email_not_confirmed")
    auth_admin("PUT", f"/users/{user['id']}", {"email_confirm": True})
    assert caller.sign_in(email).status_code == 200


def test_a_banned_user_is_kept_out(caller, auth_admin, made):
    """ban_duration keeps somebody out, with old tokens and new; "none" lets them in again."""
    session = caller.sign_in(made["email"]).json()
    assert auth_admin("PUT", f"/users/{made['id']}", {"ban_duration": "1h30m"}).json()["banned_until"]
    assert refused(caller.sign_in(made["email"])) == (400, "user_banned")
    assert refused(caller.ask("GET", "/user", bearer=session["access_token"])) == (403, "user_banned")
    assert refused(caller.refresh(session["refresh_token"])) == (400, "user_banned")
    auth_admin("PUT", f"/users/{made['id']}", {"ban_duration": "none"})
    assert caller.sign_in(made["email"]).status_code == 200


def test_a_softly_deleted_user_is_forgotten(caller, auth_admin, made):
    """A soft deletion keeps the id and nothing that says who it was; the address is free again."""
    auth_admin("DELETE", f"/users/{made['id']}", {"should_soft_delete": True})
    left = auth_admin("GET", f"/users/{made['id']}").json()
    assert left["deleted_at"]
    assert made["email"] not in str(left)
    assert caller.ask("POST", "/signup", {"email": made["email"], "password": PASSWORD}).status_code == 200


def test_users_are_listed_in_pages(auth_admin):
    """Pages are newest first and do not overlap; the headers say how many there are and where the next one is."""
    new = [auth_admin("POST", "/users", {"email": f"{uuid.uuid4()}@pages.example"}).json()["id"] for _ in range(3)]
    first = auth_admin("GET", "/users?page=1&per_page=2&filter=pages.example")
    second = auth_admin("GET", "/users?page=2&per_page=2&filter=pages.example")
    listed = [user["id"] for page in (first, second) for user in page.json()["users"]]
    assert listed[:3] == new[::-1]
    assert int(first.headers["X-Total-Count"]) == len(listed)
    assert "page=2" in first.headers["Link"]
    assert 'rel="next"' in first.headers["Link"]
    assert 'rel="next"' not in second.headers["Link"]


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("POST", "/users", {"password": PASSWORD}, (400, "validation_failed")),
        ("POST", "/users", {"phone": "+15550133"}, (400, "phone_provider_disabled")),
        ("POST", "/users", {"email": "a@b.example", "id": "nobody"}, (400, "validation_failed")),
        ("POST", "/users", {"email": "a@b.example", "ban_duration": "long"}, (400, "validation_failed")),
        ("POST", "/users", {"email": "a@b.example", "password_hash": "x"}, (400, "validation_failed")),
        ("POST", "/users", {"email": "a@b.example", "email_confirm": "yes"}, (400, "bad_json")),
        ("GET", "/users?page=x", None, (400, "validation_failed")),
        ("GET", "/users?page=-1", None, (400, "validation_failed")),
        ("GET", "/users/me", None, (404, "validation_failed")),
        ("PUT", f"/users/{uuid.UUID(int=7)}", {}, (404, "user_not_found")),
        ("POST", "/generate_link", {"type": "love", "email": "a@b.example"}, (400, "validation_failed")),
        ("POST", "/generate_link", {"type": "recovery", "email": "no@b.example"}, (404, "user_not_found")),
        ("GET", "/sso/providers", None, (404, "saml_provider_disabled")),
    ],
)
def test_what_cannot_be_done_is_refused(auth_admin, method, path, body, expected):
    """What cannot be done is refused with a code, and leaves nobody behind."""
    assert refused(auth_admin(method, path, body)) == expected
    assert auth_admin("GET", "/users?filter=a@b.example").json()["users"] == []


def test_an_address_is_taken_once(auth_admin, made):
    """A second user of the same address is refused."""
    assert refused(auth_admin("POST", "/users", {"email": made["email"].upper()})) == (422, "email_exists")


@pytest.mark.parametrize("kind", ["magiclink", "recovery"])
def test_a_generated_link_signs_in(caller, auth_admin, made, kind):
    """The link, the digits and the hash of generate_link each belong to the user; nothing is mailed."""
    link = auth_admin("POST", "/generate_link", {"type": kind, "email": made["email"]}).json()
    assert (link["id"], link["verification_type"]) == (made["id"], kind)
    assert httpx.get(link["action_link"]).headers["Location"].count("access_token=") == 1
    link = auth_admin("POST", "/generate_link", {"type": kind, "email": made["email"]}).json()
    session = caller.ask("POST", "/verify", {"type": kind, "token_hash": link["hashed_token"]}).json()
    assert session["user"]["id"] == made["id"]
    assert httpx.get(f"{caller.stack.api_url}/inbox.json", params={"to": made["email"]}).json() == []


def test_a_generated_signup_confirms(caller, auth_admin):
    """A link for somebody new makes a user, whom it confirms."""
    email = f"{uuid.uuid4()}@example.com"
    link = auth_admin("POST", "/generate_link", {"type": "signup", "email": email, "password": PASSWORD}).json()
    assert refused(caller.sign_in(email)) == (400, "email_not_confirmed")
    body = {"type": "signup", "email": email, "token": link["email_otp"]}
    assert caller.ask("POST", "/verify", body).status_code == 200
    assert caller.sign_in(email).status_code == 200


def test_an_invitation_is_mailed(caller):
    """An invitation is mailed, and its link makes a user of whoever follows it."""
    email = f"{uuid.uuid4()}@example.com"
    key = caller.stack.service_role_key
    invited = caller.ask("POST", "/invite", {"email": email, "data": {"name": "Bo"}}, key).json()
    assert invited["invited_at"]
    (mail,) = httpx.get(f"{caller.stack.api_url}/inbox.json", params={"to": email}).json()
    assert mail["type"] == "invite"
    assert "access_token=" in httpx.get(mail["link"]).headers["Location"]
    assert refused(caller.ask("POST", "/invite", {"email": email}, key)) == (422, "email_exists")
