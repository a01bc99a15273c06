"""connect_verifier reads what a live run judges, and nothing else."""

import secrets

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from connect import integrity, schema
from connect.paths import SQL
from pgproof import catalog


def test_it_reads_every_message(own_production, as_verifier, connect):
    """Row-level security hides nothing from it, so its facts are decided."""
    connection = connect(as_verifier(own_production))
    catalog.begin_reading(connection)
    assert integrity.read(connection, catalog.read(connection))["messages"].count == 183


@pytest.mark.parametrize(
    "forbidden",
    [
        "SELECT email FROM auth.users",
        "SELECT public.get_unread_count(gen_random_uuid(), gen_random_uuid())",
        "SET ROLE authenticated",
        "SET ROLE service_role",
    ],
)
def test_it_may_do_nothing_else(own_production, as_verifier, connect, forbidden):
    """Other tables, the functions, and other roles are closed to it."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connect(as_verifier(own_production)).execute(forbidden)


@pytest.mark.parametrize(
    "write",
    [
        "INSERT INTO chats DEFAULT VALUES",
        "UPDATE chat_messages SET seq = 0",
        "DELETE FROM chat_participants",
        "TRUNCATE attachments",
        "CREATE TABLE public.mine ()",
    ],
)
def test_it_cannot_write_even_when_it_leaves_its_seat_belt(own_production, as_verifier, connect, write):
    """Missing grants are the lock: a transaction that may write changes nothing for it."""
    connection = connect(as_verifier(own_production))
    connection.execute("SET default_transaction_read_only = off")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(write)


def test_without_bypassrls_it_gets_policies_of_its_own(own_production, templates, connect):
    """Where the server does not give BYPASSRLS away, select policies show it every row instead."""
    owner, verifier = (f"{name}_{secrets.token_hex(4)}" for name in ("owner", "verifier"))
    admin = connect(own_production)
    admin.execute(f"CREATE ROLE {owner} LOGIN CREATEROLE")
    try:
        admin.execute(f"ALTER SCHEMA public OWNER TO {owner}")
        for table in schema.TABLES:
            admin.execute(f"ALTER TABLE {table} OWNER TO {owner}")
        script = (SQL / "verifier_role.sql").read_text().replace("connect_verifier", verifier)
        connect(make_conninfo(own_production, user=owner)).execute(script.encode())
        found = admin.execute("SELECT rolbypassrls FROM pg_roles WHERE rolname = %s", [verifier]).fetchone()
        assert found == (False,)
        connection = connect(make_conninfo(own_production, user=verifier))
        catalog.begin_reading(connection)
        assert integrity.read(connection, catalog.read(connection))["messages"].count == 183
        connection.close()
    finally:
        admin.execute(f"REASSIGN OWNED BY {owner} TO postgres; DROP OWNED BY {owner}")
        admin.execute(f"DROP OWNED BY {verifier}; DROP ROLE {verifier}; DROP ROLE {owner}")
