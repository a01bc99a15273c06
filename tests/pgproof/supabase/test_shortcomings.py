"""What a stand-in lacks is not the script's fault, and what no extension has is."""

import tomllib
from pathlib import Path

import pytest

from pgproof.scripts import running, script
from pgproof.supabase.hosted import shortcomings, stand_ins

USED = ["pgmq", "vector", "pgtap", "pg_cron"]
# As migrations of projects have them.
LACKING = {
    "SELECT pgmq.set_vt('mail', 1, 30)": "pgmq",
    "SELECT pgmq.send_batch('mail', ARRAY['{}'::jsonb])": "pgmq",
    "SELECT cron.of_the_next_version()": "pg_cron",
    "SELECT throws_ok('SELECT 1/0', '22012')": "pgtap",
    "SELECT policies_are('public', 'pages', ARRAY['mine'])": "pgtap",
    "SELECT binary_quantize(v) FROM public.pages": "vector",
    "SELECT v || v FROM public.pages": "vector",
    "SELECT B'01' <~> B'11'": "vector",
    "SELECT * FROM public.pages ORDER BY v": "vector",
    "ALTER TABLE public.pages ALTER v TYPE sparsevec(3)": "vector",
    "ALTER TABLE public.pages ALTER v TYPE sparsevec(3) USING v::sparsevec": "vector",
    "CREATE INDEX ON public.pages USING hnsw (b bit_hamming_ops)": "vector",
    "CREATE INDEX ON public.pages (v)": "vector",
}
WRONG = [
    "SELECT match_pages(v) FROM public.pages",
    "SELECT public.avg_of(v) FROM public.pages",
    "SELECT sum(name) FROM public.pages",
    "SELECT is_admin(name) FROM public.pages",
    "SELECT v @> v FROM public.pages",
    "SELECT v::jsonb FROM public.pages",
    "SELECT b || 1 FROM public.pages",
    "SELECT name <~> name FROM public.pages",
    "ALTER TABLE public.pages ALTER name TYPE integer",
    "CREATE INDEX ON public.pages USING hnsw (v vector_cosine_op)",
    "CREATE INDEX ON public.pages (j)",
    "SELECT nothing FROM pgmq.meta",
    "SELECT NULL::public.letter",
]


@pytest.fixture(scope="module")
def stood_in(supabase_server):
    """A session of the owner in a project with the stand-ins."""
    with supabase_server.clone(supabase_server.start) as database, database.connect() as session:
        session.execute("".join(f"CREATE EXTENSION {name};" for name in ("vector", "pgtap", "pg_cron", "pgmq")))
        session.execute("CREATE TABLE public.pages (v vector(3), b bit(3), name text, j json)")
        yield session


def said(session, text):
    """The server's words about a statement, which fails."""
    (statement,) = script.parse(Path("up.sql"), text).statements
    return running.execute(session, statement).message


def test_what_a_stand_in_lacks_is_told_by_its_name(stood_in):
    """By the schema, the type, the function or the operator that the real one has."""
    told = {text: shortcomings.told(said(stood_in, text), USED) for text in LACKING}
    assert {text: line for text, line in told.items() if not (line or "").startswith("the stand-in of ")} == {}
    assert {text: line.split()[3] for text, line in told.items()} == LACKING
    assert {shortcomings.told(said(stood_in, text), []) for text in LACKING} == {None}


def test_what_no_extension_has_is_the_scripts_fault(stood_in):
    """A function, operator, cast or class that is the project's own, or a slip of the pen."""
    assert {text: line for text in WRONG if (line := shortcomings.told(said(stood_in, text), USED))} == {}


def test_every_pattern_is_one_and_every_stand_in_has_its_schemas():
    """What the file says can be used as it is."""
    listed = tomllib.loads(Path(stand_ins.__file__).with_name("stand_ins.toml").read_text())
    assert {name for name, each in stand_ins.known().items() if each.schemas} == {
        "pg_cron", "pg_net", "pgmq", "pgsodium", "pg_graphql", "supabase_vault",
    }  # fmt: skip
    assert {kind for each in listed.values() for kind in each} - {"version", "does", "schema", "requires"} == {
        "types", "functions", "operators", "classes",
    }  # fmt: skip
