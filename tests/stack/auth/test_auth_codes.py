"""Codes by mail: whoever reads the mailbox signs in with the digits or the link, once."""

import base64
import hashlib
import secrets
import uuid
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.stack.auth.fix_sign_in import PASSWORD, Caller, refused


def new_address():
    return f"{uuid.uuid4()}@example.com"


def mails(caller, to):
    """What has been sent to an address, newest first."""
    return httpx.get(f"{caller.stack.api_url}/inbox.json", params={"to": to}).json()


def led_to(link):
    """Query and fragment of where a link leads."""
    answer = httpx.get(link)
    assert answer.status_code == 303, answer.text
    there = urlsplit(answer.headers["Location"])
    single = [{name: value for name, (value,) in parse_qs(part).items()} for part in (there.query, there.fragment)]
    return there, *single


@pytest.fixture
def address(caller):
    """Of somebody who has signed up."""
    return caller.sign_up()["user"]["email"]


def test_the_digits_of_a_mail_sign_in_once(caller, address):
    """POST /otp sends six digits, which open one session; the second time they are refused."""
    assert caller.ask("POST", "/otp", {"email": address.upper()}).json() == {}
    (mail,) = mails(caller, address)
    assert mail["type"] == "magiclink"
    body = {"type": "email", "email": address, "token": mail["code"]}
    session = caller.ask("POST", "/verify", body).json()
    assert session["user"]["email"] == address
    assert caller.ask("GET", "/user", bearer=session["access_token"]).status_code == 200
    assert refused(caller.ask("POST", "/verify", body)) == (403, "otp_expired")


@pytest.mark.parametrize("code", ["", "000000", "١٢٣٤٥٦"])
def test_other_digits_do_not(caller, address, code):
    """Digits that were not sent are refused, and so are those of another address."""
    caller.ask("POST", "/otp", {"email": address})
    sent = mails(caller, address)[0]["code"]
    answer = caller.ask("POST", "/verify", {"type": "email", "email": address, "token": code or sent + "0"})
    assert code == sent or refused(answer) == (403, "otp_expired")
    stolen = caller.ask("POST", "/verify", {"type": "email", "email": new_address(), "token": sent})
    assert refused(stolen) == (403, "otp_expired")


def test_somebody_new_becomes_a_user(caller):
    """Whoever is new is signed up by the mail, unless the client asks for users only."""
    email = new_address()
    answer = caller.ask("POST", "/otp", {"email": email, "create_user": False})
    assert refused(answer) == (422, "otp_disabled")
    assert mails(caller, email) == []
    caller.ask("POST", "/otp", {"email": email, "data": {"name": "Zoë"}})
    token = mails(caller, email)[0]["code"]
    session = caller.ask("POST", "/verify", {"type": "email", "email": email, "token": token}).json()
    assert session["user"]["user_metadata"] == {"name": "Zoë"}


def test_a_link_leads_back_with_a_session(caller, address):
    """The link of a mail leads to where the client asked, with the tokens in the fragment; then it has expired."""
    caller.ask("POST", "/otp?redirect_to=http://127.0.0.1:9/back?a=1", {"email": address})
    link = mails(caller, address)[0]["link"]
    there, query, fragment = led_to(link)
    assert (there.netloc, there.path, query) == ("127.0.0.1:9", "/back", {"a": "1"})
    assert (fragment["token_type"], fragment["type"]) == ("bearer", "magiclink")
    assert caller.ask("GET", "/user", bearer=fragment["access_token"]).json()["email"] == address
    _, _, again = led_to(link)
    assert (again["error"], again["error_code"]) == ("access_denied", "otp_expired")


@pytest.mark.parametrize("wanted", ["", "javascript:alert(1)", "nowhere", "http://[", "data:text/html,x"])
def test_a_link_to_nowhere_leads_to_the_page(caller, address, wanted):
    """What is not an address to return to is replaced by the page's."""
    caller.ask("POST", f"/recover?redirect_to={wanted}", {"email": address})
    mail = mails(caller, address)[0]
    there, _, fragment = led_to(mail["link"])
    assert f"{there.scheme}://{there.netloc}" == caller.stack.app_url
    assert fragment["type"] == mail["type"] == "recovery"


def test_pkce_exchanges_the_code_for_a_session(caller, address):
    """With PKCE the link brings a code, which only the verifier exchanges, once."""
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    body = {"email": address, "code_challenge": challenge, "code_challenge_method": "s256"}
    caller.ask("POST", "/otp", body)
    _, query, fragment = led_to(mails(caller, address)[0]["link"])
    assert fragment == {}

    def exchange(verifier):
        body = {"auth_code": query["code"], "code_verifier": verifier}
        return caller.ask("POST", "/token?grant_type=pkce", body)

    assert refused(exchange("x" * 43)) == (400, "bad_code_verifier")
    assert exchange(verifier).json()["user"]["email"] == address
    assert refused(exchange(verifier)) == (404, "flow_state_not_found")


@pytest.mark.parametrize(
    "pkce",
    [
        {"code_challenge": "x" * 43},
        {"code_challenge": "short", "code_challenge_method": "s256"},
        {"code_challenge": "é" * 43, "code_challenge_method": "s256"},
        {"code_challenge": "x" * 43, "code_challenge_method": "sha1"},
    ],
)
def test_a_bad_challenge_is_refused(caller, address, pkce):
    """A challenge that nobody could meet is refused, and no mail is sent."""
    assert refused(caller.ask("POST", "/otp", {"email": address, **pkce})) == (400, "validation_failed")
    assert mails(caller, address) == []


def test_a_new_address_counts_once_it_is_confirmed(caller):
    """PUT /user with another address changes it when the mail's link is followed, and not before."""
    session = caller.sign_up()
    old, new = session["user"]["email"], new_address()
    changed = caller.ask("PUT", "/user", {"email": new}, session["access_token"]).json()
    assert (changed["email"], changed["new_email"]) == (old, new)
    assert [mail["type"] for mail in mails(caller, old)] == ["email_change_current"]
    _, _, fragment = led_to(mails(caller, new)[0]["link"])
    user = caller.ask("GET", "/user", bearer=fragment["access_token"]).json()
    assert user["email"] == new
    assert "new_email" not in user
    assert [each["email"] for each in user["identities"]] == [new]


@pytest.fixture
def open_to_nobody(stack_of):
    """A caller of a stack that lets people in without a name."""
    with closing(Caller(stack_of("prod", "--anonymous"))) as caller:
        yield caller


def test_nobody_is_refused_unless_asked_for(caller, open_to_nobody):
    """As in a new project, people without a name are let in only if that is switched on."""
    assert refused(caller.ask("POST", "/signup", {})) == (422, "anonymous_provider_disabled")
    shown = [each.ask("GET", "/settings").json()["external"]["anonymous_users"] for each in (caller, open_to_nobody)]
    assert shown == [False, True]


def test_nobody_becomes_somebody(open_to_nobody):
    """Who signed in as nobody has no address; an address makes a user of them, at once, with the same id."""
    caller = open_to_nobody
    session = caller.ask("POST", "/signup", {"data": {"mood": "shy"}}).json()
    user = session["user"]
    assert (user["is_anonymous"], user["email"], user["identities"], user["app_metadata"]) == (True, "", [], {})
    answer = caller.ask("PUT", "/user", {"password": PASSWORD}, session["access_token"])
    assert refused(answer) == (422, "validation_failed")
    email = new_address()
    made = caller.ask("PUT", "/user", {"email": email, "password": PASSWORD}, session["access_token"]).json()
    assert (made["id"], made["email"], made["is_anonymous"]) == (user["id"], email, False)
    assert made["app_metadata"] == {"provider": "email", "providers": ["email"]}
    assert caller.sign_in(email).status_code == 200


def test_signing_in_is_noted(caller, connect):
    """last_sign_in_at, the identity and the row of auth.sessions say when and how somebody signed in."""
    session = caller.sign_up()
    later = caller.sign_in(session["user"]["email"]).json()
    assert later["user"]["last_sign_in_at"] > session["user"]["last_sign_in_at"]
    (identity,) = later["user"]["identities"]
    assert (identity["provider"], identity["id"]) == ("email", session["user"]["id"])
    assert identity["identity_data"]["email"] == session["user"]["email"]
    query = """SELECT authentication_method FROM auth.sessions s JOIN auth.mfa_amr_claims c ON c.session_id = s.id
    WHERE user_id = %s"""
    assert connect(caller.stack.dsn).execute(query, [session["user"]["id"]]).fetchall() == [("password",)] * 2


def test_a_user_asks_for_a_code_again(caller, open_to_nobody):
    """GET /reauthenticate sends digits without a link; nobody without an address gets any."""
    session = caller.sign_up()
    assert caller.ask("GET", "/reauthenticate", bearer=session["access_token"]).json() == {}
    (mail,) = mails(caller, session["user"]["email"])
    assert (mail["type"], mail["link"]) == ("reauthentication", "")
    nobody = open_to_nobody.ask("POST", "/signup", {}).json()["access_token"]
    assert refused(open_to_nobody.ask("GET", "/reauthenticate", bearer=nobody)) == (400, "validation_failed")


def test_the_inbox_is_a_page(caller, address):
    """A person finds the same at /inbox; what others wrote is text there."""
    caller.ask("POST", "/otp", {"email": address})
    page = httpx.get(f"{caller.stack.api_url}/inbox", params={"to": address})
    (mail,) = mails(caller, address)
    assert page.headers["content-type"].startswith("text/html")
    assert mail["code"] in page.text
    assert mail["link"].replace("&", "&amp;") in page.text
    hostile = httpx.get(f"{caller.stack.api_url}/inbox", params={"to": '"><script>alert(1)</script>'})
    assert "<script>" not in hostile.text
