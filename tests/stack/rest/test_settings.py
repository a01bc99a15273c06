"""What the database says about the API is obeyed, as PostgREST obeys it, or named."""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from pgproof.timing import eventually, unit
from tests.stack.rest.fix_rest import Caller

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    import psycopg

    from connect.embedded_stack import StackOf

    Setting = Callable[..., AbstractContextManager[None]]

_SCHEMA = """
CREATE TABLE public.set_rows (id int PRIMARY KEY, name text);
INSERT INTO public.set_rows SELECT n, 'row ' || n FROM generate_series(1, 5) AS n;
GRANT ALL ON public.set_rows TO anon, authenticated, service_role;
CREATE FUNCTION public.set_value(name text) RETURNS text LANGUAGE sql STABLE AS 'SELECT current_setting(name, true)';
CREATE FUNCTION public.set_refuse() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  IF current_setting('request.path') LIKE '%set_rows' THEN
    RAISE SQLSTATE 'PT403' USING MESSAGE = 'not today';
  END IF;
  PERFORM set_config('response.headers', '[{"X-Before": "yes"}]', true);
END $$;
CREATE FUNCTION public.set_strict_count() RETURNS text LANGUAGE sql STABLE
  SET default_transaction_isolation = 'serializable' AS $$ SELECT current_setting('transaction_isolation') $$;
CREATE SCHEMA set_other;
GRANT USAGE ON SCHEMA set_other TO anon, service_role;
CREATE TABLE set_other.set_things (id int PRIMARY KEY);
INSERT INTO set_other.set_things VALUES (7);
GRANT ALL ON set_other.set_things TO anon, service_role;
CREATE FUNCTION set_other.set_schema() RETURNS text LANGUAGE sql STABLE AS $$ SELECT current_setting('search_path') $$;
"""


@pytest.fixture(scope="module")
def _own(stack_of: StackOf) -> Iterator[tuple[Caller, psycopg.Connection[Any]]]:
    import httpx
    import psycopg

    stack = stack_of("prod", "--token-seconds", "3598")
    with psycopg.connect(stack.dsn, autocommit=True) as set_connection, httpx.Client(timeout=20 * unit()) as client:
        set_connection.execute(_SCHEMA)
        yield Caller(stack, client, stack.service_role_key), set_connection


@pytest.fixture
def set_caller(_own: tuple[Caller, psycopg.Connection[Any]]) -> Caller:
    """A caller with the service key, of a stack whose settings nobody else sees."""
    return _own[0]


@pytest.fixture
def set_connection(_own: tuple[Caller, psycopg.Connection[Any]]) -> psycopg.Connection[Any]:
    """The administrator's connection to that stack."""
    return _own[1]


@pytest.fixture
def setting_told(set_connection: psycopg.Connection[Any]) -> Setting:
    """Sets something for a role while a test runs, and tells PostgREST."""

    @contextmanager
    def setting_told(role: str, name: str, value: str, *, notify: bool = True) -> Iterator[None]:
        set_connection.execute(f"ALTER ROLE {role} SET {name} = '{value}'")
        if notify:
            set_connection.execute("NOTIFY pgrst, 'reload config'")
        try:
            yield
        finally:
            set_connection.execute(f"ALTER ROLE {role} RESET {name}")
            set_connection.execute("NOTIFY pgrst, 'reload config'")

    return setting_told


def test_the_most_rows_are_those_of_the_database(set_caller: Caller, setting_told: Setting) -> None:
    """db_max_rows holds from the notification on, and no longer than it is set."""
    with setting_told("authenticator", "pgrst.db_max_rows", "2"):
        assert eventually(lambda: len(set_caller.get("/set_rows")) == 2)
        assert set_caller.ask("GET", "/set_rows?limit=4").headers["content-range"] == "0-1/*"
        assert set_caller.ask(
            "POST", "/set_rows?on_conflict=id", prefer="resolution=ignore-duplicates", json=[{"id": 1}]
        )
    assert eventually(lambda: len(set_caller.get("/set_rows")) == 5)


def test_without_a_notification_nothing_changes(
    set_caller: Caller, setting_told: Setting, set_connection: psycopg.Connection[Any]
) -> None:
    """As with PostgREST, what is set is not obeyed before anybody has notified it, even if a new table is seen."""
    # What other tests notified last is heard at the next request; these notifications come after it.
    with setting_told("authenticator", "pgrst.db_max_rows", "4"):
        assert eventually(lambda: len(set_caller.get("/set_rows")) == 4)
    assert eventually(lambda: len(set_caller.get("/set_rows")) == 5)
    with setting_told("authenticator", "pgrst.db_max_rows", "3", notify=False):
        set_connection.execute("CREATE TABLE public.set_later (id int)")
        set_connection.execute("GRANT ALL ON public.set_later TO service_role")
        assert eventually(lambda: set_caller.ask("GET", "/set_later").status_code == 200)
        assert len(set_caller.get("/set_rows")) == 5


def test_a_function_runs_before_each_request(set_caller: Caller, setting_told: Setting) -> None:
    """db_pre_request may refuse a request, and may set headers."""
    with setting_told("authenticator", "pgrst.db_pre_request", "public.set_refuse"):
        assert eventually(lambda: set_caller.ask("GET", "/set_rows").status_code == 403)
        assert set_caller.refused("GET", "/set_rows") == (403, "PT403")
        assert set_caller.ask("GET", "/rpc/set_value?name=role").headers["x-before"] == "yes"
    assert eventually(lambda: set_caller.ask("GET", "/set_rows").status_code == 200)


@pytest.mark.parametrize(
    ("value", "prefer", "stays", "applied"),
    [
        ("rollback", None, False, None),
        ("rollback", "tx=commit", False, None),
        ("rollback-allow-override", "tx=commit", True, "tx=commit"),
        ("commit-allow-override", "tx=rollback", False, "tx=rollback"),
        ("commit-allow-override", None, True, None),
    ],
)
def test_a_transaction_ends_as_it_is_set(
    set_caller: Caller, setting_told: Setting, value: str, prefer: str | None, *, stays: bool, applied: str | None
) -> None:
    """db_tx_end says how a transaction ends, and whether the client may say otherwise."""
    wanted = f"return=representation{', ' + prefer if prefer else ''}"
    confirmed = f"return=representation{', ' + applied if applied else ''}"

    def outcome() -> tuple[bool, str, bool]:
        name = str(time.monotonic_ns())
        answer = set_caller.ask("PATCH", "/set_rows?id=eq.2", prefer=wanted, json={"name": name})
        shown = answer.json() == [{"id": 2, "name": name}]
        return shown, answer.headers["preference-applied"], set_caller.get("/set_rows?id=eq.2")[0]["name"] == name

    with setting_told("authenticator", "pgrst.db_tx_end", value):
        assert eventually(lambda: outcome() == (True, confirmed, stays))
    assert eventually(lambda: outcome() == (True, "return=representation", True))


def test_aggregate_functions_can_be_allowed(set_caller: Caller, setting_told: Setting) -> None:
    """db_aggregates_enabled lets sum, avg, min, max and count in, grouped by what else is selected."""
    with setting_told("authenticator", "pgrst.db_aggregates_enabled", "on"):
        assert eventually(lambda: set_caller.ask("GET", "/set_rows?select=id.sum()").status_code == 200)
        assert set_caller.get("/set_rows?select=id.sum(),least:id.min(),count()") == [
            {"sum": 15, "least": 1, "count": 5}
        ]
        assert set_caller.get("/set_rows?select=id,total:id.max()::text&id=lt.3&order=id") == [
            {"id": 1, "total": "1"},
            {"id": 2, "total": "2"},
        ]
    assert eventually(lambda: set_caller.ask("GET", "/set_rows?select=id.sum()").status_code == 400)


def test_more_schemas_can_be_exposed(set_caller: Caller, setting_told: Setting) -> None:
    """db_schemas names the schemas: the first is the default, the others are asked by Accept- and Content-Profile."""
    with setting_told("authenticator", "pgrst.db_schemas", "public, set_other"):
        other = {"headers": {"Accept-Profile": "set_other"}}
        assert eventually(lambda: set_caller.ask("GET", "/set_things", **other).status_code == 200)
        answer = set_caller.ask("GET", "/set_things", headers={"Accept-Profile": "set_other"})
        assert (answer.json(), answer.headers["content-profile"]) == ([{"id": 7}], "set_other")
        found = set_caller.ask("POST", "/rpc/set_schema", json={}, headers={"Content-Profile": "set_other"}).json()
        assert found == '"set_other", "public", "extensions"'
        assert set_caller.refused("GET", "/set_things") == (404, "PGRST205")
        made = set_caller.ask("POST", "/set_things", json={"id": 8}, headers={"Content-Profile": "set_other"})
        assert made.status_code == 201
    headers = {"Accept-Profile": "set_other"}
    assert eventually(lambda: set_caller.ask("GET", "/set_things", headers=headers).status_code == 406)


def test_the_settings_of_a_role_hold(set_caller: Caller, setting_told: Setting) -> None:
    """A request has the settings of the role that it becomes; anon's and authenticated's limits are Supabase's."""

    def limit(role: str) -> Any:
        return set_caller.with_claims(role=role).get("/rpc/set_value?name=statement_timeout")

    assert [limit(role) for role in ("anon", "authenticated", "service_role")] == ["3s", "8s", "8s"]
    with setting_told("anon", "statement_timeout", "700ms"):
        assert eventually(lambda: limit("anon") == "700ms")
        assert limit("authenticated") == "8s"
    with setting_told("authenticated", "default_transaction_isolation", "repeatable read"):
        signed_in = set_caller.with_claims(role="authenticated")
        path = "/rpc/set_value?name=transaction_isolation"
        assert eventually(lambda: signed_in.get(path) == "repeatable read")
        assert set_caller.get(path) == "read committed"
        assert signed_in.get("/rpc/set_strict_count") == "serializable"


def test_answers_repeat_the_trace_header(set_caller: Caller, setting_told: Setting) -> None:
    """The header that the setting names comes back as it was sent; without the setting, or the header, none does."""
    traced = {"X-Request-Id": "t 1"}
    assert "x-request-id" not in set_caller.ask("GET", "/set_rows", headers=traced).headers
    with setting_told("authenticator", "pgrst.server_trace_header", "X-Request-Id"):
        asked = partial(set_caller.ask, "GET", "/set_rows")
        assert eventually(lambda: asked(headers=traced).headers.get("x-request-id") == "t 1")
        assert "x-request-id" not in asked().headers


def test_what_is_not_obeyed_is_named(set_caller: Caller, setting_told: Setting) -> None:
    """A setting that would change answers is refused by its name; another is named in a header of each answer."""
    with setting_told("authenticator", "pgrst.jwt_aud", "somebody"):
        assert eventually(lambda: set_caller.ask("GET", "/set_rows").status_code == 400)
        answer = set_caller.ask("GET", "/set_rows").json()
        assert (answer["code"], answer["details"]) == ("PGRST127", "what is set for authenticator: pgrst.jwt_aud")
    with setting_told("authenticator", "pgrst.db_plan_enabled", "on"):
        warned = 'pgrst.db_plan_enabled"'
        assert eventually(lambda: warned in set_caller.ask("GET", "/set_rows").headers.get("warning", ""))
        plan = {"Accept": "application/vnd.pgrst.plan+json"}
        assert set_caller.refused("GET", "/set_rows", headers=plan) == (400, "PGRST127")
    assert eventually(lambda: "warning" not in set_caller.ask("GET", "/set_rows").headers)


@pytest.mark.parametrize(
    ("name", "value"),
    [("db_max_rows", "many"), ("db_max_rows", "-1"), ("db_hoisted_tx_settings", "("), ("db_tx_end", "no")],
)
def test_a_value_that_is_none_is_named(set_caller: Caller, setting_told: Setting, name: str, value: str) -> None:
    """A setting with a value that cannot be obeyed is refused with both."""
    with setting_told("authenticator", f"pgrst.{name}", value):
        assert eventually(lambda: f"pgrst.{name} = '{value}'" in set_caller.ask("GET", "/set_rows").text)
    assert eventually(lambda: set_caller.ask("GET", "/set_rows").is_success)


def test_a_hardened_schema_is_still_found(set_caller: Caller, set_connection: psycopg.Connection[Any]) -> None:
    """Only the request's role needs a schema: what PUBLIC may not see, authenticator does not have to."""
    set_connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    set_connection.execute("GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role")
    set_connection.execute("CREATE TABLE public.set_new (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)")
    set_connection.execute("GRANT ALL ON public.set_new TO anon")
    try:
        anyone = set_caller.with_token(None)
        assert anyone.get("/set_new") == []
        assert anyone.get("/rpc/set_value?name=role") == "anon"
        set_connection.execute("REVOKE USAGE ON SCHEMA public FROM anon")
        assert anyone.refused("GET", "/set_new") == (401, "42501")
    finally:
        set_connection.execute("GRANT USAGE ON SCHEMA public TO PUBLIC, anon")
        set_connection.execute("DROP TABLE public.set_new")


def test_a_token_needs_neither_an_end_nor_a_role(set_caller: Caller) -> None:
    """Without exp a token is good for ever, without a role it is anon's; one from the future is refused."""
    import jwt

    def with_claims(**claims: Any) -> Caller:
        return set_caller.with_token(jwt.encode(claims, set_caller.stack.jwt_secret, "HS256"))

    soon = int(time.time()) + 600
    path = "/rpc/set_value?name=role"
    assert with_claims(role="authenticated").get(path) == "authenticated"
    assert with_claims(sub="somebody", exp=soon).get(path) == "anon"
    assert (
        with_claims(sub="somebody").get("/rpc/set_value?name=request.jwt.claims")
        == '{"sub": "somebody", "role": "anon"}'
    )
    for claims, message in (
        ({"iat": soon}, "JWT issued at future"),
        ({"nbf": soon}, "JWT not yet valid"),
        ({"exp": soon - 1200}, "JWT expired"),
        ({"exp": "soon"}, "The JWT 'exp' claim must be a number"),
    ):
        answer = with_claims(role="anon", **claims).ask("GET", path)
        assert (answer.status_code, answer.json()["code"], answer.json()["message"]) == (401, "PGRST303", message)
