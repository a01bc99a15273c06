"""Two databases that differ in every kind of thing are aligned in both directions, and brought back."""

import pytest

from tests.pgproof.alignment.pairs import PAIRS, schema, sql


@pytest.fixture(scope="module", params=["B-like-A", "A-like-B"])
def aligned_pairs(request, aligner):
    """The alignment of all pairs in one direction, and what is wrong with its scripts."""
    roles = "DO $$BEGIN CREATE ROLE anon; EXCEPTION WHEN duplicate_object THEN NULL; END$$;"
    a, b = (aligner.made(roles + sql(side)) for side in ((0, 1) if request.param == "B-like-A" else (1, 0)))
    built = aligner.build(a, b)
    return built, aligner.problems(b, built)


def test_everything_is_written(aligned_pairs):
    """No difference is left out, and none stays."""
    built, _ = aligned_pairs
    assert built.alignment.not_written == ()
    assert built.alignment.left_out == ()
    assert built.staying == set()


def test_the_scripts_lead_there_and_back(aligned_pairs):
    """The files, each run twice, make B like A, and those of the way back make it what it was."""
    assert aligned_pairs[1] == []


@pytest.mark.parametrize(("number", "name"), list(enumerate(PAIRS, 1)), ids=list(PAIRS))
def test_each_pair_is_in_the_scripts(aligned_pairs, number, name):
    """Both ways have a statement on each pair."""
    built, _ = aligned_pairs
    for files in (built.alignment.ups, built.alignment.downs):
        text = "".join(file.text.partition("BEGIN;")[2] for file in files)
        assert schema(number) in text, name
