"""accepted.toml accepts what it names, until its date, and every mistake in it is named."""

from datetime import date

import pytest

from connect.project import REPLICAS
from pgproof import lints
from pgproof.lints import Violation, acceptance
from pgproof.lints.acceptance import read

TODAY = date(2030, 6, 15)
FOUND = Violation("no_primary_key", "public.notes", "the table has no primary key", "add one")
INCONCLUSIVE = Violation("no_primary_key", "precondition: role anon", "there is no role anon", "create it")
GOOD = """
[[accepted]]
rule = "no_primary_key"
object = "public.notes"
reason = "an import table"
expires = 2030-06-15
"""

MANY = """
[[accepted]]
rule = "no_primary_key"
objects = ["public.n*", "public.gone"]
reason = "import tables"
expires = 2030-06-15
"""


@pytest.fixture
def acceptance_of(tmp_path):
    """Reads a file with this text."""

    def write(text):
        path = tmp_path / "accepted.toml"
        path.write_text(text)
        return read(path, REPLICAS)

    return write


def problems(acceptance, violations=(FOUND,), environment="prod", live=False):
    return list(acceptance.problems(violations, ["no_primary_key"], environment, live, TODAY))


def remaining(acceptance, violations=(FOUND,), environment="prod", live=False):
    return acceptance.remaining(violations, environment, live, TODAY)


def test_an_entry_accepts_its_violation_to_the_last_day(acceptance_of):
    """On the day it expires an entry still holds, and there is nothing wrong with it."""
    assert remaining(acceptance_of(GOOD)) == ()
    assert problems(acceptance_of(GOOD)) == []


def test_an_empty_file_accepts_nothing(acceptance_of):
    """Without entries every violation remains, and nothing is wrong with the file."""
    assert remaining(acceptance_of("# none")) == (FOUND,)
    assert problems(acceptance_of("# none")) == []


def test_an_expired_entry_accepts_nothing(acceptance_of):
    """The violation is back the day after, and so is the entry, by its date."""
    expired = acceptance_of(GOOD.replace("06-15", "06-14"))
    assert remaining(expired) == (FOUND,)
    assert problems(expired) == ["no_primary_key, public.notes: expired on 2030-06-14"]


def test_an_entry_that_no_longer_occurs_is_named(acceptance_of):
    """An entry whose violation was corrected has to go."""
    assert problems(acceptance_of(GOOD), violations=()) == ["no_primary_key, public.notes: no longer occurs"]


def test_an_unknown_rule_is_named(acceptance_of):
    """An entry for a rule that does not exist is a mistake."""
    wrong = acceptance_of(GOOD.replace("no_primary_key", "no_primary_keys"))
    assert problems(wrong) == ["no_primary_keys, public.notes: unknown rule 'no_primary_keys'"]


@pytest.mark.parametrize(("former", "now"), acceptance.RENAMED.items())
def test_a_rule_that_has_another_name_now_is_named_by_it(acceptance_of, former, now):
    """A list that was written before the rules took the names of Supabase's linter says what to change."""
    wrong = acceptance_of(GOOD.replace("no_primary_key", former))
    assert problems(wrong) == [f"{former}, public.notes: unknown rule '{former}'; it is called {now} now"]
    assert now in lints.RULES
    assert former not in lints.RULES


def test_what_could_not_be_judged_cannot_be_accepted(acceptance_of):
    """An entry for a missing precondition changes nothing."""
    entry = acceptance_of(GOOD.replace("public.notes", INCONCLUSIVE.object))
    assert remaining(entry, violations=[INCONCLUSIVE]) == (INCONCLUSIVE,)


@pytest.mark.parametrize("key", ['environment = "staging"', "live = true"])
def test_an_entry_for_elsewhere_is_silent_here(acceptance_of, key):
    """An entry for another environment, or for live databases, neither accepts nor complains."""
    elsewhere = acceptance_of(GOOD + key)
    assert remaining(elsewhere) == (FOUND,)
    assert problems(elsewhere, violations=()) == []
    assert remaining(elsewhere, environment="staging", live=True) == ()


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("[[accepted", "is not TOML"),
        ("[[excepted]]", "unknown key 'excepted'"),
        ("[accepted]", "is one table"),
        (GOOD.replace("reason", "because"), "unknown key 'because'"),
        (GOOD.replace('reason = "an import table"', ""), "'reason' is missing"),
        (GOOD.replace("an import table", ""), "'reason' is empty"),
        (GOOD.replace("2030-06-15", '"soon"'), "'expires' must be a date"),
        (GOOD.replace("2030-06-15", "2030-06-15T00:00:00"), "'expires' must be a date"),
        (GOOD.replace("expires = 2030-06-15", ""), "'expires' is missing"),
        (GOOD + 'environment = "test"', "'environment' must be prod or staging"),
        (GOOD + 'live = "yes"', "'live' must be true or false"),
        (GOOD + GOOD, "is a duplicate"),
        (GOOD.replace('object = "public.notes"', ""), "needs either 'object' or 'objects'"),
        (GOOD + 'objects = ["public.more"]', "needs either 'object' or 'objects'"),
        (MANY.replace('["public.n*", "public.gone"]', '"public.notes"'), "'objects' must be a list of texts"),
        (MANY.replace('["public.n*", "public.gone"]', '["public.notes", 1]'), "'objects' must be a list of texts"),
        (MANY.replace('["public.n*", "public.gone"]', "[]"), "'objects' is empty"),
        (MANY + MANY, "is a duplicate"),
    ],
    ids=lambda value: value if "\n" not in value else "",
)
def test_a_mistake_is_named(acceptance_of, text, mistake):
    """The line says where the mistake is and what is wrong."""
    found = [line for line in problems(acceptance_of(text)) if mistake in line]
    assert len(found) == 1, problems(acceptance_of(text))
    assert "accepted.toml" in found[0]


@pytest.mark.parametrize("text", [GOOD.replace("reason", "because"), GOOD.replace("2030-06-15", '"soon"')])
def test_a_mistaken_entry_accepts_nothing(acceptance_of, text):
    """What is not a whole entry leaves its violation where it was."""
    assert remaining(acceptance_of(text)) == (FOUND,)


def test_an_entry_with_several_accepts_each(acceptance_of):
    """A name and a pattern accept what they match, all of it, and nothing else."""
    other = FOUND._replace(object="public.gone"), FOUND._replace(object="public.not[1]es")
    left = FOUND._replace(object="public.x public.notes"), FOUND._replace(object="public.gon")
    found = acceptance_of(MANY)
    assert remaining(found, violations=(FOUND, *other, *left)) == left
    assert problems(found, violations=(FOUND,)) == []


def test_brackets_are_no_pattern(acceptance_of):
    """Only * stands for anything: uuid[] is the type that it is."""
    found = acceptance_of(MANY.replace("public.n*", "public.f(a uuid[], ?)"))
    named, similar = (FOUND._replace(object=f"public.f(a uuid{end}") for end in ("[], ?)", "], x)"))
    assert remaining(found, violations=(named, similar)) == (similar,)


def test_an_entry_of_which_some_are_gone_is_noted(acceptance_of):
    """What was mended meanwhile is said, also where it is all of it, and fails nothing."""
    found = acceptance_of(MANY)
    (note,) = found.notes((FOUND,), "prod", False)
    assert note.startswith("no_primary_key, 2 objects: 1 of them no longer occur (public.gone)")
    assert list(found.notes((FOUND, FOUND._replace(object="public.gone")), "prod", False)) == []
    assert problems(found, violations=()) == []
    assert list(found.notes((), "prod", False)) == [
        "no_primary_key, 2 objects: 2 of them no longer occur (public.n*, public.gone) and can be taken off the list"
    ]


def test_several_expire_together(acceptance_of):
    """The entry is named once, and all its violations are back."""
    expired = acceptance_of(MANY.replace("06-15", "06-14"))
    assert remaining(expired) == (FOUND,)
    assert problems(expired) == ["no_primary_key, 2 objects: expired on 2030-06-14"]


def test_a_pattern_accepts_nothing_inconclusive(acceptance_of):
    """Not even everything covers what could not be judged."""
    everything = acceptance_of(MANY.replace("public.n*", "*"))
    assert remaining(everything, violations=[INCONCLUSIVE]) == (INCONCLUSIVE,)


def test_a_rule_that_is_not_judged_here_is_no_mistake(acceptance_of):
    """An entry for a rule that is known but not judged on this database is left alone."""
    found = acceptance_of(GOOD)
    assert list(found.problems((), [], "prod", True, TODAY, elsewhere=["no_primary_key"])) == []
    assert list(found.problems((), [], "prod", True, TODAY)) != []


def test_a_file_that_is_not_there_accepts_nothing(tmp_path):
    """A project without such a file has accepted nothing."""
    assert read(tmp_path / "accepted.toml", REPLICAS).entries == ()


def test_a_file_in_another_encoding_is_named(tmp_path):
    """What cannot be read as text accepts nothing, and says so."""
    path = tmp_path / "accepted.toml"
    path.write_bytes(GOOD.replace("import", "Übergangs").encode("latin-1"))
    assert read(path, REPLICAS).mistakes == ("accepted.toml is not UTF-8",)
