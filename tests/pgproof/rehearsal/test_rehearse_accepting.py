"""What is accepted: a finding by name, in a file, on an object; and one finding for one cause."""

import pytest

from pgproof.errors import UsageError
from pgproof.rehearsal import accepting
from pgproof.rehearsal.findings import Finding, one_per_cause

INDEX = Finding("blocks-writers", "builds", "sql/001_index.sql", 3, "concurrently", "public.notes public.notes_author")
ODD = Finding("blocks-readers", "reads", "sql/002.sql", 1, None, 'public."My notes"')
SEVERAL = Finding("rewrites-table", "rewrites", "sql/002.sql", 2)
FOUND = [INDEX, ODD, SEVERAL]


@pytest.mark.parametrize(
    ("given", "accepted"),
    [
        ("blocks-writers", [INDEX]),
        ("blocks-writers:001_index.sql", [INDEX]),
        ("blocks-writers:sql/001_index.sql:public.notes", [INDEX]),
        ("blocks-writers:sql/*:notes_author", [INDEX]),
        ("blocks-writers:*:notes", [INDEX]),
        ('blocks-readers:002.sql:"My notes"', [ODD]),
        ("rewrites-table:002.sql", [SEVERAL]),
        ("blocks-writers:002.sql", []),
        ("blocks-writers:index.sql", []),
        ("blocks-writers:001_index.sql:note", []),
        ("blocks-writers:001_index.sql:public", []),
        ("rewrites-table:002.sql:public.notes", []),
        ("stall:002.sql", []),
    ],
)
def test_only_what_is_named_is_accepted(given, accepted):
    """Name, file and object all have to fit; what fits nothing is told."""
    left, taken, notes = accepting.divide(FOUND, [given])
    assert taken == accepted
    assert left == [each for each in FOUND if each not in accepted]
    assert notes == ([] if accepted else [f"--accept {given} accepted nothing: there was no such finding"])


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("slow", "there is no finding 'slow'; those that can be accepted are accepts-bad-data, blocks-readers"),
        ("fails:001.sql", "'fails' cannot be accepted, since nothing is rehearsed after it"),
        ("stall:", "expected FINDING, FINDING:FILE or FINDING:FILE:OBJECT, with no part empty"),
        ("stall::notes", "with no part empty"),
    ],
)
def test_what_cannot_be_accepted_is_one_sentence(given, says):
    """An unknown name, one that stops the rehearsal, and an empty part are refused."""
    with pytest.raises(UsageError, match=says) as problem:
        accepting.read([given])
    assert len(str(problem.value).splitlines()) == 1


def test_a_measured_wait_takes_the_place_of_the_foreseen():
    """One statement is one finding: the number of the one, the advice and the object of the other."""
    stall = Finding("stall", "waited 300 ms", INDEX.file, INDEX.line, "by the text")
    (merged, odd) = one_per_cause([INDEX, stall, ODD])
    assert (merged.name, merged.what, merged.advice, merged.object) == (
        "stall",
        "waited 300 ms",
        INDEX.advice,
        INDEX.object,
    )
    assert odd is ODD
