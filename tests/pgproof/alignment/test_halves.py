"""What belongs together is changed as a whole or not at all, and what can be changed beside it is."""

import pytest

T = "CREATE TABLE public.t (id {}, owner {}, size int);"
BY_OWNER = "CREATE POLICY mine ON public.t USING (owner = {});"
A_UUID = "'6f1c1e0e-0000-4000-8000-000000000000'::uuid"
OLD = "CREATE TABLE public.old (id int PRIMARY KEY, size int CHECK (size > 0));"
SAFE = "ALTER TABLE public.old ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON public.old USING (size > 1);"


def statements(files):
    """The statements of some scripts."""
    return [step.sql for file in files for step in file.steps]


@pytest.fixture(scope="module")
def halves(aligner):
    """B made like an A whose columns have types that B's do not become, and which has an index besides."""
    a = T.format("uuid DEFAULT gen_random_uuid()", "uuid") + BY_OWNER.format(A_UUID)
    b = "CREATE SEQUENCE public.s;" + T.format("int DEFAULT nextval('public.s')", "int") + BY_OWNER.format(1)
    a += "CREATE SEQUENCE public.s; CREATE INDEX by_size ON public.t (size)"
    sides = aligner.made(a), aligner.made(b)
    return sides[1], aligner.build(*sides)


def test_a_replacement_whose_second_half_fails_keeps_what_there_was(halves):
    """A default and a policy are not dropped where the new ones cannot be made, and the server's words say why."""
    _, built = halves
    done = statements(built.alignment.ups)
    assert not any("POLICY" in each or "DEFAULT" in each for each in done)
    staying = {line.partition(" differs")[0]: line for line in built.alignment.not_written}
    assert set(staying) == {
        "column public.t.id: default",
        "column public.t.id: type",
        "column public.t.owner: type",
        "policy public.t mine: using",
    }
    assert "cannot cast type integer to uuid" in staying["column public.t.id: type"]
    assert "operator does not exist: integer = uuid" in staying["policy public.t mine: using"]


def test_what_can_be_changed_beside_it_is(aligner, halves):
    """An index on the same table is made, and the scripts are proved."""
    b, built = halves
    assert statements(built.alignment.ups) == ["CREATE INDEX by_size ON public.t USING btree (size)"]
    assert aligner.problems(b, built) == []


def test_a_replacement_that_succeeds_is_written(aligner):
    """A default and a policy that need the new type come with it."""
    a = aligner.made(T.format("bigint DEFAULT 7000000000", "bigint") + BY_OWNER.format("7000000000"))
    b = aligner.made(T.format("int DEFAULT 7", "int") + BY_OWNER.format(1))
    built = aligner.build(a, b)
    assert built.alignment.not_written == ()
    assert built.staying == set()
    assert aligner.problems(b, built) == []


def test_a_table_that_stays_keeps_what_is_on_it(aligner):
    """Without --allow-loss its policies, rights and checks are as they were; with it all of it goes."""
    a = aligner.made("")
    b = aligner.made(OLD + SAFE + "GRANT SELECT ON public.old TO PUBLIC; CREATE VIEW public.v AS TABLE public.old")
    built = aligner.build(a, b, allow_loss=False)
    assert [line.partition(":")[0] for line in built.alignment.left_out] == ["table public.old"]
    assert statements(built.alignment.ups) == ['DROP VIEW "public"."v"']
    assert aligner.build(a, b).staying == set()


def test_the_way_back_keeps_no_half_either(aligner):
    """A default stays where the column's old type does not come back, and that is named."""
    a = aligner.made("CREATE TABLE public.t (id int PRIMARY KEY, n int DEFAULT 2); CREATE INDEX by_n ON public.t (n)")
    b = aligner.made("CREATE TABLE public.t (id int PRIMARY KEY, n jsonb DEFAULT '1')")
    built = aligner.build(a, b)
    assert built.staying == set()
    assert not any("DEFAULT" in each for each in statements(built.alignment.downs))
    assert any("DROP INDEX" in each for each in statements(built.alignment.downs))
    default, _, kind = (
        line for line in built.alignment.not_written if line.startswith("on the way back, column public.t.n")
    )
    assert "default differs" in default
    assert kind.endswith("cannot cast type integer to jsonb")


def test_what_holds_a_secret_is_not_dropped_for_what_is_not_written(aligner):
    """A trigger whose new form holds a token stays as it is, since no script writes the token."""
    has = "CREATE TABLE public.t (id int); CREATE FUNCTION public.call() RETURNS trigger LANGUAGE plpgsql"
    has += " AS 'BEGIN RETURN NEW; END';"
    hook = "CREATE TRIGGER hook AFTER {} ON public.t FOR EACH ROW EXECUTE FUNCTION public.call('{}')"
    token = '{"Authorization": "Bearer eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZSJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"}'
    a, b = (aligner.made(has + hook.format(when, token)) for when in ("INSERT OR UPDATE", "INSERT"))
    built = aligner.build(a, b)
    assert statements(built.alignment.ups) == []
    (line,) = built.alignment.not_written
    assert line.startswith("trigger public.t hook: ")
    assert line.endswith("its statement may hold a secret, which no script does; a person has to write it")
    assert "Bearer eyJ" not in line
