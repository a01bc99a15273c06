"""Each option of a subscription counts, and so does where it connects to; its password is never shown."""

import psycopg
import pytest

from pgproof import catalog
from pgproof.catalog import differences
from tests.pgproof.meanwhile import without_others

# The role, its password and the options of the subscription that all others are compared with.
WHERE = "host=one port=5433 dbname=x user=u password=geheim"
USUAL = "connect = false, slot_name = none, enabled = false"
OPTIONS = {
    "disable_on_error = true": "disable on error only in B",
    "origin = none": "origin differs: any in A, none in B",
    "run_as_owner = true": "run as owner only in B",
    "failover = true": "failover only in B",
    "password_required = false": "password required only in A",
    "two_phase = true": "two-phase only in B",
    "streaming = parallel": "streaming differs: off in A, parallel in B",
    "streaming = on": "streaming differs: off in A, on in B",
    "binary = true": "binary only in B",
    "synchronous_commit = on": "synchronous commit differs: off in A, on in B",
}
CONNECTIONS = {
    WHERE.replace("one", "two"): "connection: host differs: one in A, two in B",
    WHERE.replace("5433", "5434"): "connection: port differs: 5433 in A, 5434 in B",
    WHERE.replace("dbname=x", "dbname=y"): "connection: dbname differs: x in A, y in B",
    WHERE.replace("user=u", "user=v"): "connection: user differs: u in A, v in B",
    WHERE + " sslmode=require": "connection: sslmode only in B: require",
    WHERE.replace("geheim", "geheimer"): "passwords differ; they may hold secrets and are not shown",
    WHERE.replace(" password=geheim", ""): "passwords differ; they may hold secrets and are not shown",
}


@pytest.fixture
def subscriber(own_production, connect):
    """An administrator's connection to a database of the test's own."""
    connection = connect(own_production)
    connection.execute("SET search_path = pg_catalog")
    return connection


def subscribed(connection, where=WHERE, options="", *, publications="p", more="", role=None):
    """The catalog with one subscription, which is taken back."""
    connection.execute("BEGIN")
    try:
        together = f"{USUAL}, {options}" if options else USUAL
        connection.execute(f"CREATE SUBSCRIPTION s CONNECTION '{where}' PUBLICATION {publications} WITH ({together})")
        connection.execute(more)
        if role is not None:
            connection.execute(f"SET LOCAL ROLE {role}")
        return catalog.read(connection)
    finally:
        connection.execute("ROLLBACK")


@pytest.mark.parametrize(("options", "says"), OPTIONS.items(), ids=OPTIONS)
def test_an_option_is_told(subscriber, options, says):
    """Each option that differs is named."""
    found = list(differences.lines(subscribed(subscriber), subscribed(subscriber, options=options), ("A", "B")))
    assert found == [f"subscription s: {says}"]


@pytest.mark.parametrize(("where", "says"), CONNECTIONS.items(), ids=CONNECTIONS.values())
def test_where_it_connects_to_is_told_without_secrets(subscriber, where, says):
    """Host, port, database and user are shown; of a password it is only said that it differs."""
    first, second = subscribed(subscriber), subscribed(subscriber, where)
    found = list(differences.between(first, second))
    assert [each.text(("A", "B")) for each in found] == [f"subscription s: {says}"]
    assert "geheim" not in str([each.as_json(("A", "B")) for each in found]) + str(first.objects)


@pytest.mark.parametrize(
    "where",
    [" ".join(WHERE.split()[::-1]), "postgresql://u:geheim@one:5433/x", WHERE.replace("=one", " = ''one''")],
    ids=["another order", "an address", "quotes"],
)
def test_the_same_connection_is_silent(subscriber, where):
    """The same connection, written in another way, is no difference."""
    assert list(differences.lines(subscribed(subscriber), subscribed(subscriber, where))) == []


def test_publications_slots_and_whether_it_is_enabled_are_told(subscriber):
    """What it subscribes to, by which slot, and whether it runs."""
    first = subscribed(subscriber)
    assert list(differences.lines(first, subscribed(subscriber, publications="p, q"), ("A", "B"))) == [
        "subscription s: publications: q only in B"
    ]
    changed = subscribed(subscriber, more="ALTER SUBSCRIPTION s SET (slot_name = 'x'); ALTER SUBSCRIPTION s ENABLE")
    assert list(differences.lines(first, changed, ("A", "B"))) == [
        "subscription s: enabled only in B",
        "subscription s: slot only in B: x",
    ]


def test_a_connection_that_cannot_be_read_is_a_note(subscriber):
    """To whom PostgreSQL does not show it, it is no difference, and no error."""
    seen, unseen = subscribed(subscriber), subscribed(subscriber, role="anon")
    assert list(differences.lines(seen, unseen)) == []
    notes = differences.notes(seen, unseen, ("A", "B"))
    assert without_others(notes) == ["subscription s: its connection could not be looked at in B; only a superuser may"]


def test_postgresql_refuses_to_show_a_connection(subscriber):
    """The reason for the note: the column is for superusers alone."""
    with subscriber.transaction(force_rollback=True), pytest.raises(psycopg.errors.InsufficientPrivilege):
        subscriber.execute("SET LOCAL ROLE anon; SELECT subconninfo FROM pg_subscription")
