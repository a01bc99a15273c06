"""A request runs as the role of its token, with its claims, in a transaction that leaves nothing behind."""

import json

import pytest

from tests.stack.forged import bad_tokens


def setting(caller, name, **given):
    return caller.get("/rpc/rest_setting", params={"name": name}, **given)


def test_policies_hold(first_user, service):
    """A member sees the conversations they take part in, the service key all of them."""
    mine = {row["chat_id"] for row in service.get(f"/chat_participants?user_id=eq.{first_user.stack.users[0]['id']}")}
    assert {row["id"] for row in first_user.get("/chats?select=id")} == mine
    assert len(service.get("/chats?select=id")) > len(mine)


def test_the_database_sees_the_whole_request(library):
    """The request's claims, method, path, headers and cookies are settings of its transaction."""
    caller = library.with_claims(role="authenticated", sub="someone", extra={"a": [1]})
    claims = json.loads(setting(caller, "request.jwt.claims"))
    assert (claims["role"], claims["sub"], claims["extra"]) == ("authenticated", "someone", {"a": [1]})
    assert setting(caller, "role") == "authenticated"
    assert setting(caller, "request.method") == "GET"
    assert setting(caller, "request.path") == "/rpc/rest_setting"
    assert setting(caller, "transaction_read_only") == "on"
    headers = {"Cookie": "one=1; two=a=b", "X-Custom": 'it\'s "me"'}
    assert json.loads(setting(caller, "request.cookies", headers=headers)) == {"one": "1", "two": "a=b"}
    assert json.loads(setting(caller, "request.headers", headers=headers))["x-custom"] == 'it\'s "me"'
    assert setting(caller, "search_path").startswith('"public"')


def test_nothing_is_left_behind(library):
    """The next request on the same connection is nobody's again."""
    caller = library.with_claims(role="authenticated", sub="someone")
    assert json.loads(setting(caller, "request.jwt.claims"))["sub"] == "someone"
    assert library.with_token(None).get("/rpc/rest_setting?name=role") == "anon"
    assert json.loads(setting(library.with_token(None), "request.jwt.claims")) == {"role": "anon"}


def test_without_a_token_the_request_is_anons(anyone):
    """Without a user's token the request is anon's, who is told to sign in where a user would be forbidden."""
    opaque = anyone.stack.publishable_key
    for token, key in ((None, anyone.stack.anon_key), (anyone.stack.anon_key,) * 2, (None, opaque), (opaque, opaque)):
        answer = anyone.with_token(token).ask("GET", "/chats", headers={"apikey": key})
        assert (answer.status_code, answer.json()["code"]) == (401, "42501")
        assert answer.headers["www-authenticate"] == "Bearer"
    basic = anyone.ask("GET", "/chats", headers={"Authorization": "Basic eDp5"})
    assert (basic.status_code, basic.json()["code"]) == (401, "42501")


def test_a_users_token_counts_beside_an_opaque_key(first_user):
    """Beside a key that is no token, a user's token says who asks, as beside one that is."""
    headers = {"apikey": first_user.stack.publishable_key}
    assert first_user.get("/chats?select=id", headers=headers) == first_user.get("/chats?select=id")


def test_a_user_who_may_not_is_forbidden(first_user):
    """A user who may not is forbidden, by a grant or by a policy."""
    seq = {"json": {"seq": 1}}
    assert first_user.refused("PATCH", "/chat_messages?seq=eq.1", **seq) == (403, "42501")
    stranger = {
        "chat_id": first_user.stack.chats[0]["id"],
        "sender_id": first_user.stack.users[1]["id"],
        "message_text": "x",
    }
    assert first_user.refused("POST", "/chat_messages", json=stranger) == (403, "42501")


def test_bad_tokens_are_refused(anyone):
    """A token that proves nothing is refused, and never taken for anybody's."""
    # What does not say when it ends, or whose it is, is good for ever, or anon's.
    unlimited = ("without expiry", "without role")
    tokens = bad_tokens(anyone.stack.jwt_secret)
    for kind, token in tokens.items():
        if kind in unlimited:
            continue
        code = "PGRST303" if kind == "expired" else "PGRST301"
        answer = anyone.with_token(token).ask("GET", "/chats")
        assert (kind, answer.status_code, answer.json()["code"]) == (kind, 401, code)
        assert answer.headers["www-authenticate"].startswith('Bearer error="invalid_token"')
    assert anyone.refused("GET", "/chats", headers={"Authorization": "Bearer"}) == (401, "PGRST301")


@pytest.mark.parametrize("role", ["authenticated\0", "authenticated\ud800", ["authenticated"]])
def test_a_role_that_is_no_name_is_refused(library, role):
    """A token whose role PostgreSQL cannot even hold is refused as any other bad token."""
    assert library.with_claims(role=role).refused("GET", "/rest_books") == (401, "PGRST301")


def test_a_token_that_ran_out_is_refused(library):
    """A token that was good a moment ago is refused once it ran out longer ago than clocks may differ, 30 seconds."""
    from pgproof.timing import eventually

    caller = library.with_claims(seconds=-27, role="authenticated")
    assert caller.ask("GET", "/rest_books").status_code == 200
    assert eventually(lambda: caller.ask("GET", "/rest_books").status_code == 401)
    assert caller.refused("GET", "/rest_books") == (401, "PGRST303")


@pytest.mark.parametrize(
    ("role", "refusal"),
    [
        ("ghost", (401, "22023")),
        ("postgres", (403, "42501")),
        ("connect_verifier", (403, "42501")),
        ("pg_read_all_data", (403, "42501")),
        ("", (401, "22023")),
    ],
)
def test_other_roles_are_refused(anyone, role, refusal):
    """A role that is not there, or that the API cannot become, is refused."""
    assert anyone.with_claims(role=role).refused("GET", "/chats") == refusal


def test_without_a_key_the_gateway_answers(anyone):
    """Without a key of the project the gateway answers; the key may be in the address."""
    answer = anyone.ask("GET", "/chats", headers={"apikey": None})
    assert (answer.status_code, answer.json()["message"]) == (401, "No API key found in request")
    answer = anyone.ask("GET", "/chats", headers={"apikey": "another"})
    assert (answer.status_code, answer.json()["message"]) == (401, "Invalid API key")
    path = f"/chats?select=id&apikey={anyone.stack.anon_key}"
    answer = anyone.with_token(anyone.stack.service_role_key).ask("GET", path, headers={"apikey": None})
    assert answer.status_code == 200


@pytest.mark.parametrize("header", ["Accept-Profile", "Content-Profile"])
def test_only_public_is_exposed(first_user, header):
    """Only public is exposed, for reading and for writing."""
    method = "GET" if header == "Accept-Profile" else "POST"
    answer = first_user.ask(method, "/users", json=None if method == "GET" else {}, headers={header: "auth"})
    assert (answer.status_code, answer.json()["code"]) == (406, "PGRST106")
    assert first_user.refused("GET", "/users") == (404, "PGRST205")
    assert first_user.ask("GET", "/chats", headers={header: "public"}).status_code == 200


@pytest.mark.parametrize("accept", ["application/geo+json", "application/vnd.pgrst.plan+json"])
def test_other_media_types_are_refused(first_user, accept):
    """What cannot be made is refused."""
    assert first_user.refused("GET", "/chats", headers={"Accept": accept}) == (406, "PGRST107")
    assert first_user.ask("GET", "/chats", headers={"Accept": f"{accept}, */*"}).status_code == 200


def test_unknown_preferences_are_ignored(first_user):
    """Unknown preferences are ignored, unless they must not be."""
    assert first_user.ask("GET", "/chats", prefer="return=everything").status_code == 200
    assert first_user.refused("GET", "/chats", prefer="handling=strict,return=everything") == (400, "PGRST122")


def test_pages_of_other_origins_may_ask(anyone):
    """A browser may ask from anywhere, and a page may read the headers that matter."""
    origin = {"Origin": "http://elsewhere.example", "Access-Control-Request-Method": "PATCH"}
    preflight = anyone.ask("OPTIONS", "/chats", headers={**origin, "Access-Control-Request-Headers": "apikey,prefer"})
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (200, "*")
    answer = anyone.ask("GET", "/chats", headers=origin)
    assert "Content-Range" in answer.headers["access-control-expose-headers"]
