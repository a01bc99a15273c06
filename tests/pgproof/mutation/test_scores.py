"""Scores count by kind and by part of the suite, and say which defects nobody can see, and why."""

from pgproof.mutation import scores


def verdict(name, seen=None, unseen=None, survived=False):
    """What is kept of one defect."""
    return {"mutant": name, "survived": survived, "seconds": 1, "seen": seen or {}, "unseen": unseen}


LIVE, NOT_LIVE = {"live": True, "004": False}, {"live": False, "004": False}


def test_each_kind_has_a_row_and_all_have_one():
    """A kind is what a name begins with; what only a browser shows counts for the suite alone."""
    found = [verdict("index-a", LIVE), verdict("index-b", NOT_LIVE, survived=True), verdict("page: c")]
    rows = [(row.kind, row.mutants, row.caught, dict(row.seen)) for row in scores.by_kind(found)]
    assert rows == [("index", 2, 1, {"live": 1, "004": 0}), ("page", 1, 1, {})]
    assert scores.total(found).seen == {"live": 1, "004": 0}


def test_the_line_names_each_score_and_what_lacks_a_reason():
    """The suite's score, that of each part, and how many of the unseen nothing explains."""
    explained = [verdict("index-a", LIVE), verdict("body-b", NOT_LIVE, "it must run")]
    assert scores.said(explained) == "suite 2 of 2; live 1 of 2 (1 unseen, with its reason); 004 0 of 2"
    found = [*explained, verdict("body-c", NOT_LIVE), verdict("page: d")]
    assert scores.said(found) == "suite 3 of 3; live 1 of 3 (2 unseen, 1 of them without a reason); 004 0 of 3"


def test_without_parts_there_is_no_line():
    """Where nothing but the suite was asked, its own count is enough."""
    assert scores.said([verdict("page: d")]) == ""
    assert scores.said([]) == ""


def test_the_unseen_stand_by_reason():
    """What lacks a reason comes first, then the reason with the most."""
    found = [verdict(f"body-{each}", NOT_LIVE, "it must run") for each in "ba"]
    found += [verdict("grant-c", NOT_LIVE, "strictness"), verdict("data-d", NOT_LIVE), verdict("index-e", LIVE)]
    assert [(each.reason, each.mutants) for each in scores.unseen(found)] == [
        (scores.NO_REASON, ("data-d",)),
        ("it must run", ("body-a", "body-b")),
        ("strictness", ("grant-c",)),
    ]
