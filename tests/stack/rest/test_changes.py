"""Tables, columns and functions that come and go are noticed; a database that goes away is said, and found again."""

import os
import signal

import psycopg
import pytest

from pgproof.timing import eventually
from tests.stack.rest.fix_rest import Caller


@pytest.fixture
def administrator(anyone):
    """A connection that may change the schema."""
    with psycopg.connect(anyone.stack.dsn, autocommit=True) as connection:
        yield connection
        connection.execute("DROP TABLE IF EXISTS public.rest_new CASCADE")
        connection.execute("DROP FUNCTION IF EXISTS public.rest_new_function(int), public.rest_changed(int)")


def test_new_names_can_be_used_at_once(administrator, service):
    """A table, a column, a key and a function can be used as soon as they are there."""
    assert service.refused("GET", "/rest_new") == (404, "PGRST205")
    administrator.execute(
        "CREATE TABLE public.rest_new (id int PRIMARY KEY); GRANT ALL ON public.rest_new TO service_role"
    )
    assert service.get("/rest_new") == []
    assert service.refused("GET", "/rest_new?select=name") == (400, "42703")
    administrator.execute("ALTER TABLE public.rest_new ADD name text, ADD parent int REFERENCES public.rest_new")
    row = {"id": 1, "name": "a", "parent": 1}
    assert service.ask("POST", "/rest_new", json=row).status_code == 201
    assert service.get("/rest_new?select=up:parent(name)") == [{"up": {"name": "a"}}]
    assert service.refused("POST", "/rpc/rest_new_function", json={"a": 1}) == (404, "PGRST202")
    administrator.execute("CREATE FUNCTION public.rest_new_function(a int) RETURNS int LANGUAGE sql AS 'SELECT a'")
    assert service.ask("POST", "/rpc/rest_new_function", json={"a": 1}).json() == 1


def test_names_that_are_gone_are_not_found(administrator, service):
    """What is no longer there is no longer found."""
    administrator.execute(
        "CREATE TABLE public.rest_new (id int PRIMARY KEY, name text); GRANT ALL ON public.rest_new TO service_role"
    )
    assert service.get("/rest_new?name=eq.a") == []
    administrator.execute("ALTER TABLE public.rest_new RENAME name TO title")
    assert service.refused("GET", "/rest_new?name=eq.a") == (400, "42703")
    assert service.get("/rest_new?title=eq.a") == []
    administrator.execute("DROP TABLE public.rest_new")
    assert service.refused("GET", "/rest_new?title=eq.a") == (404, "PGRST205")


def test_a_changed_result_is_followed_within_a_second(administrator, service):
    """A migration that changes what a function returns is followed within a second."""
    create = "CREATE FUNCTION public.rest_changed(a int) RETURNS {} LANGUAGE sql AS '{}'"
    administrator.execute(create.format("void", ""))

    def ask():
        return service.ask("POST", "/rpc/rest_changed", json={"a": 1})

    assert ask().status_code == 204
    administrator.execute("DROP FUNCTION public.rest_changed(int)")
    administrator.execute(create.format("TABLE (updated_count bigint)", "SELECT a::bigint"))
    assert eventually(lambda: ask().status_code == 200)
    assert ask().json() == [{"updated_count": 1}]


def test_ended_connections_are_replaced_unnoticed(own_stack, anyone, connect):
    """Idle connections that the server has ended are replaced before a request notices."""
    # Others' subscriptions would end with it, too.
    stack = own_stack("prod")
    service = Caller(stack, anyone.client, stack.service_role_key)
    assert service.get("/chats?limit=1")
    ended = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'authenticator'"
    assert connect(stack.dsn).execute(ended).fetchall()
    assert service.get("/chats?limit=1")
    assert service.ask("PATCH", "/chats?id=is.null", json={"name": "x"}).status_code == 204


def checkpointer_began(dsn):
    """When the server's checkpointer was started: anew after every crash."""
    with psycopg.connect(dsn) as connection:
        query = "SELECT backend_start FROM pg_stat_activity WHERE backend_type = 'checkpointer'"
        return connection.execute(query).fetchone()


def test_requests_during_a_restart_get_503(own_stack, anyone):
    """While the database starts again requests are answered with 503, and afterwards as before."""
    stack = own_stack("prod")
    caller = Caller(stack, anyone.client, stack.service_role_key)
    before = caller.get("/chats?select=id&order=id")
    began = checkpointer_began(stack.dsn)
    with psycopg.connect(stack.dsn, autocommit=True) as connection:
        # The server ends all others, recovers and starts again.
        os.kill(connection.info.backend_pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    seen = set()

    def answered():
        answer = caller.ask("GET", "/chats?select=id&order=id")
        if answer.status_code != 200:
            seen.add((answer.status_code, answer.json()["code"]))
        return answer.status_code == 200

    def restarted():
        try:
            return checkpointer_began(stack.dsn) != began
        except psycopg.OperationalError:
            return False

    # Until the others are ended, a request may still be answered by the old server.
    assert eventually(lambda: all([answered(), restarted()]), 30)
    assert seen <= {(503, "PGRST000"), (503, "57P01"), (503, "57P02"), (503, "57P03")}
    assert caller.get("/chats?select=id&order=id") == before
