"""A failed rule is one text: how many, why, one remedy, and the objects; long lists are shortened by the line."""

import pytest

from pgproof.lints import Rule, Violation, wording

RULE = Rule("no_key", "INFO", "Nobody can tell which row is meant.", "table has no key", "tables have no key")


def found(*names, detail="has no key", to_do="ALTER TABLE {} ADD KEY"):
    return [Violation("no_key", name, detail.format(name), to_do.format(name)) for name in names]


def many(count):
    return found(*(f"public.table_with_a_long_name_{number:03}" for number in range(count)))


def test_the_text_is_grouped():
    """The head line counts, and why and how to accept it are said once."""
    assert wording.text(RULE, found("a", "b"), "accept it").splitlines() == [
        "no_key (INFO): 2 tables have no key",
        "  why:    Nobody can tell which row is meant.",
        "  to do:  ALTER TABLE a ADD KEY;",
        "          ALTER TABLE b ADD KEY;",
        "  or:     accept it",
        "  found:  each has no key:",
        "          a",
        "          b",
    ]


def test_one_is_named_with_what_is_wrong():
    """A single object stands beside what is wrong with it, and so does each that is wrong in its own way."""
    assert "no_key (INFO): 1 table has no key" in wording.text(RULE, found("a"))
    assert wording.text(RULE, found("a")).endswith("  found:  a: has no key")
    differing = wording.text(RULE, found("a", "b", detail="{} has no key"))
    assert differing.endswith("  found:  a: a has no key\n          b: b has no key")


@pytest.mark.parametrize(("count", "left"), [(20, None), (21, 1), (500, 480)])
def test_long_lists_are_shortened(count, left):
    """At most twenty objects and lines of a remedy are shown; what is left out is counted, and where to see it said."""
    lines = wording.text(RULE, many(count), show="accept --show").splitlines()
    more = [line.strip() for line in lines if "…" in line]
    if left is None:
        assert more == []
    else:
        assert more == [f"… and {left} more (accept --show lists all)"] * 2
        assert len(lines) == 1 + 1 + 21 + 1 + 21


def test_everything_is_shown_if_asked_for():
    """Nothing is left out of the whole text."""
    text = wording.text(RULE, many(500), whole=True)
    assert "…" not in text
    assert all(text.count(each.object) == 2 for each in many(500))


def test_no_word_is_cut():
    """Lines end between words; a word that is longer than a line stays whole."""
    name = "public." + "x" * 300
    text = wording.text(RULE, found(name, name + "y"))
    assert name in text.split()
    assert all(len(line) <= 118 or name in line for line in text.splitlines())


def test_what_could_not_be_judged_comes_first():
    """An inconclusive rule says what is missing, and does not offer to accept that."""
    missing = Violation("no_key", "precondition: role anon", "there is no role anon", "create it")
    text = wording.text(RULE, [missing], "accept it")
    assert text.splitlines() == [
        "no_key (INFO): inconclusive, as it could not be judged",
        "  why:    there is no role anon",
        "  to do:  create it",
    ]
    both = wording.text(RULE, [*found("a"), missing], "accept it").splitlines()
    assert both[:3] == text.splitlines()
    assert both[3] == "no_key (INFO): 1 table has no key"
