"""Which tables a script is about, and whose rows decide what comes of it."""

from pathlib import Path

import pytest

from pgproof.rehearsal import touching
from pgproof.scripts import script


def parsed(text):
    """One script of this text."""
    return [script.parse(Path("up.sql"), text)]


@pytest.mark.parametrize(
    "text",
    [
        "ALTER TABLE public.letters ADD COLUMN a int NOT NULL",
        "ALTER TABLE letters ALTER COLUMN a SET NOT NULL, ALTER COLUMN b DROP DEFAULT",
        "ALTER TABLE letters DROP COLUMN a",
        "ALTER TABLE letters ADD CONSTRAINT c CHECK (a > 0)",
        "ALTER TABLE letters ALTER COLUMN a TYPE int USING a::int",
        "CREATE UNIQUE INDEX ON letters (a)",
        "DROP TABLE public.letters",
        "UPDATE letters SET a = 1",
        "DELETE FROM letters",
        "TRUNCATE parcels, letters",
        "DO $$ BEGIN EXECUTE 'ALTER TABLE letters DROP COLUMN a'; END $$",
    ],
)
def test_some_statements_depend_on_rows(text):
    """They succeed on an empty table whatever they say."""
    assert touching.needs_rows_of("public.letters", parsed(text))
    assert not touching.needs_rows_of("public.boats", parsed(text))


@pytest.mark.parametrize(
    "text",
    [
        "ALTER TABLE letters ADD COLUMN a int",
        "ALTER TABLE letters ADD COLUMN a int NOT NULL DEFAULT 1",
        "ALTER TABLE letters ADD COLUMN a bigint GENERATED ALWAYS AS IDENTITY",
        "ALTER TABLE letters ENABLE ROW LEVEL SECURITY",
        "CREATE INDEX ON letters (a)",
        "GRANT SELECT ON letters TO PUBLIC",
        "COMMENT ON TABLE letters IS 'x'",
    ],
)
def test_others_do_not(text):
    """What they do is the same on any rows."""
    assert not touching.needs_rows_of("public.letters", parsed(text))
    assert touching.names("public.letters", parsed(text))


def test_a_table_of_the_platform_is_named_with_its_schema():
    """Many a table is called messages, and most of them are no part of the platform."""
    text = "ALTER TABLE public.messages ADD COLUMN a int; COMMENT ON TABLE auth . \"users\" IS 'x'"
    assert not touching.names_fully("realtime.messages", parsed(text))
    assert touching.names_fully("auth.users", parsed(text))


def test_a_script_that_fills_a_table_is_known():
    """By its own INSERT, with or without a schema, also inside a body."""
    text = 'INSERT INTO public."letters" VALUES (1); DO $$ BEGIN insert into parcels select 1; END $$'
    assert touching.inserts_into("public.letters", parsed(text))
    assert touching.inserts_into("public.parcels", parsed(text))
    assert not touching.inserts_into("public.letter", parsed(text))
