"""What psql alone understands in a dump is taken out of it, and nothing else."""

import pytest

from pgproof.adoption import dumps
from pgproof.errors import UsageError

DUMP = r"""\restrict abc
CREATE TABLE public.a (b text);
COPY public.a (b) FROM stdin;
it's; one
\N
\.
COPY public."with space" FROM stdin;
\.
CREATE FUNCTION public.f() RETURNS text AS $_$
\connect is no command here
COPY public.c FROM stdin;
$_$ LANGUAGE sql;
SELECT E'a\'
\restrict no' || '
\connect neither';
-- \connect
\unrestrict abc
"""


def test_rows_and_commands_go_and_everything_else_stays():
    """Rows are taken out and their tables named; what stands in bodies, strings and comments is left alone."""
    text, tables = dumps.plain("dump.sql", DUMP)
    assert tables == ["public.a", "public.with space"]
    assert "it's; one" not in text
    assert "\\connect is no command here\nCOPY public.c FROM stdin;" in text
    assert "\\restrict no' || '\n\\connect neither'" in text
    assert "restrict abc" not in text
    assert text.count("\n") == DUMP.count("\n")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("\\connect a\nSELECT 1;\n\\c b\n", "dump.sql holds 2 databases; dump only the one that is meant"),
        ("SELECT 1;\n\\i more.sql\n", "dump.sql:2: psql's \\i is nothing that a dump holds"),
        ("COPY a FROM stdin;\n1\n", "dump.sql:1: the rows of a have no end; dump it again"),
    ],
)
def test_what_is_no_dump_is_one_sentence(text, sentence):
    """The sentence has the line, and what to do."""
    with pytest.raises(UsageError) as refused:
        dumps.plain("dump.sql", text)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_dump_in_the_custom_format_says_how_to_make_sql_of_it(tmp_path):
    """pg_restore does that."""
    file = tmp_path / "dump"
    file.write_bytes(b"PGDMP\x01\x0e")
    with pytest.raises(UsageError, match=r"pg_dump's own format; make SQL of it: pg_restore -f dump\.sql"):
        dumps.read(file)
