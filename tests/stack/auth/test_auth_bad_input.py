"""The stack's auth turns away bad keys, bad tokens and bad bodies, each with a code."""

import socket
from urllib.parse import urlsplit

import httpx
import pytest

from tests.stack.auth.fix_sign_in import PASSWORD, refused
from tests.stack.forged import CLAIMS, bad_tokens

WRONG = {"email": "nobody@example.com", "password": "wrong"}


def test_without_a_key_the_gateway_answers(caller):
    """Without an API key the gateway answers, as it does in front of every service."""
    answer = httpx.post(f"{caller.stack.api_url}/auth/v1/token?grant_type=password", json=WRONG)
    assert (answer.status_code, answer.json()["message"]) == (401, "No API key found in request")


def test_a_key_of_another_project_is_refused(caller):
    """Nor does a key of another project get through."""
    answer = caller.ask("POST", "/token?grant_type=password", WRONG, apikey="another")
    assert (answer.status_code, answer.json()["message"]) == (401, "Invalid API key")


def test_a_publishable_key_is_as_good_as_anons(caller):
    """The key that is not a token is as good as the anon key."""
    answer = caller.ask("POST", "/token?grant_type=password", WRONG, apikey=caller.stack.publishable_key)
    assert refused(answer) == (400, "invalid_credentials")


def test_bad_tokens_get_no_user(caller):
    """A token that proves nothing gets nobody's user."""
    tokens = bad_tokens(caller.stack.jwt_secret)
    answers = {kind: caller.ask("GET", "/user", bearer=token) for kind, token in tokens.items()}
    assert [kind for kind, answer in answers.items() if refused(answer) != (403, "bad_jwt")] == []


@pytest.mark.parametrize("key", ["anon_key", "service_role_key", "publishable_key"])
def test_a_key_is_nobody(caller, key):
    """An API key is not a user's token."""
    text = getattr(caller.stack, key)
    assert refused(caller.ask("GET", "/user", bearer=text, apikey=text)) == (403, "bad_jwt")


def test_a_bearer_that_is_no_token_has_to_be_the_key(caller):
    """A key that is no token may be the bearer only where apikey is the same, and does not take its place."""
    key = caller.stack.publishable_key
    answer = caller.ask("GET", "/user", bearer=key)
    assert (answer.status_code, answer.json()["message"]) == (401, "Invalid API key")
    assert "another key" in answer.json()["hint"]
    alone = httpx.get(f"{caller.stack.api_url}/auth/v1/user", headers={"Authorization": f"Bearer {key}"})
    assert (alone.status_code, alone.json()["message"]) == (401, "No API key found in request")


def test_without_a_token_one_is_asked_for(caller):
    """Who brings no token at all is asked for one."""
    assert refused(caller.ask("GET", "/user")) == (401, "no_authorization")
    assert refused(caller.ask("GET", "/user", Authorization="Basic eDp5")) == (401, "no_authorization")


def test_a_missing_users_token_is_refused(caller):
    """A good token of a user who does not exist is not a user."""
    import jwt

    token = jwt.encode({**CLAIMS, "exp": 4_000_000_000}, caller.stack.jwt_secret, "HS256")
    assert refused(caller.ask("GET", "/user", bearer=token)) == (403, "user_not_found")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"\xff", b'{"email": "\\ud800"}', b"[" * 100_000, b'{"a": ' + b"9" * 5000 + b"}"],
    ids=["empty", "cut", "list", "null", "not UTF-8", "half a surrogate", "deep", "huge number"],
)
def test_a_body_that_is_no_object_is_refused(caller, body):
    """What is not a JSON object is called that."""
    answer = caller.send("/token?grant_type=password", body)
    assert refused(answer) == (400, "bad_json")


def test_a_large_body_is_refused(caller):
    """Ten megabytes are refused, and the next request is answered."""
    answer = caller.send("/signup", b'{"email": "' + b"a" * 10_000_000 + b'"}')
    assert refused(answer) == (413, "request_too_large")
    assert caller.ask("GET", "/.well-known/jwks.json").json() == {"keys": []}


def test_a_body_that_never_ends_leaves_no_trace(caller):
    """A caller who hangs up in the middle of a body leaves no trace."""
    address = urlsplit(caller.stack.api_url)
    head = (
        f"POST /auth/v1/signup HTTP/1.1\r\nHost: x\r\napikey: {caller.stack.anon_key}\r\nContent-Length: 99\r\n\r\n{{"
    )
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(head.encode())
    assert caller.ask("GET", "/.well-known/jwks.json").status_code == 200


@pytest.mark.parametrize("email", ["' OR true --", "a'); DROP TABLE auth.users; --@example.com", "%", '"', "\\"])
def test_sql_in_an_address_is_a_value(caller, email):
    """SQL in a value is a value."""
    assert refused(caller.sign_in(email)) == (400, "invalid_credentials")
    user = caller.stack.users[0]
    assert caller.sign_in(user["email"], user["password"]).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", "/token", (400, "invalid_credentials")),
        ("POST", "/token?grant_type=pkce", (400, "validation_failed")),
        ("POST", "/factors", (400, "validation_failed")),
        ("DELETE", "/factors/f", (404, "validation_failed")),
        ("POST", "/factors/00000000-0000-4000-8000-000000000000/challenge", (404, "mfa_factor_not_found")),
        ("GET", "/authorize?provider=github", (400, "validation_failed")),
        ("POST", "/sso", (404, "saml_provider_disabled")),
        ("GET", "/user/identities/authorize?provider=github", (404, "manual_linking_disabled")),
        ("POST", "/nothing", (404, "not_found")),
        ("DELETE", "/user", (405, "not_found")),
    ],
)
def test_what_is_not_offered_is_refused(caller, method, path, expected):
    """What this auth service lacks is refused, never half done, also to somebody who is signed in."""
    bearer = caller.sign_up()["access_token"]
    assert refused(caller.ask(method, path, {"email": "a@b.example"}, bearer)) == expected


@pytest.mark.parametrize(("kind", "name"), [("totp", "TOTP"), ("phone", "Phone"), ("webauthn", "WebAuthn")])
def test_a_second_factor_is_refused_by_its_kind(caller, kind, name):
    """Who enrols a second factor is told which kind is not enabled."""
    answer = caller.ask("POST", "/factors", {"factor_type": kind}, caller.sign_up()["access_token"])
    assert refused(answer) == (422, f"mfa_{kind}_enroll_not_enabled")
    assert answer.json()["msg"] == f"MFA enroll is disabled for {name}"


def test_an_errors_shape_follows_the_clients_version(caller):
    """A client that names its version reads code and message where the version is echoed; an older one reads msg."""
    body = {"email": "nobody@example.com", "password": PASSWORD}
    newer = caller.ask("POST", "/token?grant_type=password", body, **{"X-Supabase-Api-Version": "2024-01-01"})
    assert newer.json() == {"code": "invalid_credentials", "message": "Invalid login credentials"}
    assert newer.headers["X-Supabase-Api-Version"] == "2024-01-01"
    older = caller.ask("POST", "/token?grant_type=password", body)
    assert older.json() == {"code": 400, "error_code": "invalid_credentials", "msg": "Invalid login credentials"}
    assert "X-Supabase-Api-Version" not in older.headers
