"""Enums and domains below the columns: what they refuse is told, and two environments must have the same."""

import psycopg
import pytest

from connect import alignment, parity
from connect.guide import columns, running, sending
from connect.project import REPLICAS
from connect.schema import SCHEMAS
from pgproof import catalog

PAIR = (REPLICAS["prod"], REPLICAS["staging"])
_RETYPE = (
    "ALTER TABLE public.chats DROP CONSTRAINT chats_type_check, ALTER type DROP DEFAULT;"
    " ALTER TABLE public.chats ALTER type TYPE {}"
)
_ENUM = "CREATE TYPE public.chat_kind AS ENUM ({}); " + _RETYPE.format(
    "public.chat_kind USING type::text::public.chat_kind"
)
_DOMAIN = "CREATE DOMAIN public.chat_kind AS {}; " + _RETYPE.format("public.chat_kind")
_ROW = "INSERT INTO public.chats (type) VALUES ('direct'), ('group')"
# What is told of each type of chats.type; None where both kinds of chats can be made.
TYPES = {
    "an enum with more labels": (_ENUM.format("'direct', 'group', 'channel'"), None),
    "a domain of both": (_DOMAIN.format("text CHECK (VALUE IN ('direct', 'group', 'channel'))"), None),
    "a domain of a domain": (
        "CREATE DOMAIN public.word AS varchar(20) CHECK (length(VALUE) > 0); " + _DOMAIN.format("public.word"),
        None,
    ),
    "an enum with another label": (_ENUM.format("'dm', 'group'"), "type is a public.chat_kind, which has no 'direct'"),
    "a domain of one": (
        _DOMAIN.format("text CONSTRAINT one CHECK (VALUE = 'direct')"),
        "type is a public.chat_kind, whose one refuses 'group'",
    ),
    "a domain of a domain of one": (
        "CREATE DOMAIN public.word AS text CONSTRAINT one CHECK (VALUE <> 'group'); " + _DOMAIN.format("public.word"),
        "type is a public.word, whose one refuses 'group'",
    ),
}
# Whether a column of this type holds what the front end writes.
TEXTS = {
    "CREATE DOMAIN public.word AS text": True,
    "CREATE DOMAIN public.word AS varchar(200)": True,
    "CREATE DOMAIN public.word AS jsonb": False,
    "CREATE TYPE public.word AS (text text)": False,
}


@pytest.fixture
def types_owner(production, connect):
    """An administrator's connection, in a transaction that is taken back."""
    connection = connect(production)
    connection.execute("BEGIN; SET LOCAL search_path = pg_catalog")
    yield connection
    connection.execute("ROLLBACK")


@pytest.mark.parametrize("what", TYPES)
def test_a_type_that_refuses_what_is_written_is_told(types_owner, what):
    """It is named with the value that it refuses, where the database refuses it too, and nowhere else."""
    change, said = TYPES[what]
    # Only the type is under test, not what the rows have.
    types_owner.execute(f"SET LOCAL session_replication_role = replica; DELETE FROM public.chats; {change}".encode())
    found = catalog.read(types_owner)
    wrong, to_do = sending.blocking(found, running.read(types_owner, found), "chats") or (None, "")
    assert wrong == said
    assert (to_do == "") == (said is None)
    if said is None:
        types_owner.execute(_ROW)
    else:
        with pytest.raises((psycopg.errors.InvalidTextRepresentation, psycopg.errors.CheckViolation)):
            types_owner.execute(_ROW)


@pytest.mark.parametrize("made", TEXTS)
def test_a_type_of_ones_own_holds_text_or_does_not(types_owner, made):
    """A domain counts as what it is made of, and a row of several fields is no text."""
    again = "ALTER TABLE public.chat_messages DROP COLUMN message_text CASCADE, ADD message_text public.word"
    types_owner.execute(f"{made}; {again}".encode())
    assert (columns.column(catalog.read(types_owner), "chat_messages.message_text") is None) == TEXTS[made]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ("ALTER TYPE public.message_state ADD VALUE 'failed'", "type"),
        ("ALTER DOMAIN public.short ADD CONSTRAINT filled CHECK (VALUE <> '')", "constraint"),
        ("ALTER TYPE public.mood ADD VALUE 'bad'", None),
    ],
)
def test_types_of_the_messaging_columns_are_the_same_in_both(types_owner, change, kind):
    """What a column's enum or domain allows is compared; a type that no messaging table has is not."""
    types_owner.execute(
        "CREATE TYPE public.message_state AS ENUM ('sent', 'read'); CREATE TYPE public.mood AS ENUM ('good');"
        "CREATE DOMAIN public.short AS varchar(80); CREATE DOMAIN public.shorter AS public.short;"
        "ALTER TABLE public.chat_messages ADD states public.message_state[], ADD title public.shorter"
    )
    before = catalog.read(types_owner, SCHEMAS)
    types_owner.execute(change.encode())
    found = alignment.between(PAIR, (catalog.read(types_owner, SCHEMAS), before))
    assert [each.kind for each in found] == ([] if kind is None else [kind])
    assert all(each.statement and each.kind in parity.KINDS for each in found)
