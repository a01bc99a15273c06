"""What `accept` writes into a file is found again by what reads it, and what a person wrote there stays."""

from datetime import date

import pytest

from pgproof.lints import Violation, acceptance, accepting

TODAY, UNTIL = date(2030, 6, 15), date(2030, 12, 31)
BY_HAND = """# Ours, since 2029.
[[accepted]]
rule = "no_primary_key" # not now
object = "public.notes"
reason = "an import table"
expires = 2030-06-14
"""
FOUND = [Violation("no_primary_key", name, "has none", "add one") for name in ("public.b", 'public."a" \n\x7fä')]


def added(text, names=("public.b",), rule="no_primary_key", until=UNTIL, environment="prod"):
    return accepting.added(text, {rule: names}, environment, "known", until)


def cleared(text, violations=FOUND, environment="prod", rules=("no_primary_key",), today=TODAY):
    return accepting.cleared(text, violations, environment, rules, today)


def read(text):
    found = acceptance.parse(text, "accepted.toml", ["prod", "staging"])
    assert found.mistakes == ()
    return found


def test_what_was_written_accepts_what_was_found():
    """Each object is accepted, whatever its name, in that live environment and nowhere else."""
    written = read(added("", [each.object for each in FOUND]))
    assert written.remaining(FOUND, "prod", True, TODAY) == ()
    assert written.remaining(FOUND, "prod", False, TODAY) == tuple(FOUND)
    assert written.remaining(FOUND, "staging", True, TODAY) == tuple(FOUND)


def test_what_a_person_wrote_stays():
    """Comments and entries keep their place and their text, also an entry that has expired."""
    text = added(BY_HAND)
    assert text.startswith(BY_HAND)
    assert cleared(text) == text
    assert len(read(text).entries) == 2


def test_the_same_text_twice_is_the_same():
    """Objects are sorted, each on a line of its own, so that a change shows as a line."""
    text = added(BY_HAND, ["b", "a", "b"])
    assert text == added(BY_HAND, ["a", "b"])
    assert '\n  "a",\n  "b",\n]\n' in text


@pytest.mark.parametrize(
    ("change", "gone"),
    [
        ({}, False),
        ({"today": date(2031, 1, 1)}, True),
        ({"violations": ()}, True),
        ({"violations": (), "environment": "staging"}, False),
        ({"violations": (), "rules": ("duplicate_index",)}, False),
    ],
    ids=["needed", "expired", "mended", "elsewhere", "another-rule"],
)
def test_an_entry_of_our_own_goes_when_its_time_is_over(change, gone):
    """It goes once it has expired or nothing of it occurs; what is around it stays."""
    text = added(added(BY_HAND), rule="other")
    assert (cleared(text, **change) != text) == gone
    if gone:
        assert cleared(text, **change) == added(BY_HAND, rule="other")


def test_an_entry_of_our_own_that_was_changed_stays():
    """Whoever takes the comment away or breaks the entry has made it his own."""
    without = added("").partition("\n")[2]
    assert cleared(without, ()) == without
    broken = added("").replace("live = true", "live = maybe")
    assert cleared(broken, ()) == broken
    edited = added("").replace("objects = [", "# as agreed\nobjects = [")
    assert cleared(edited, ()) == edited
