"""How the values of a difference read: long ones from the beginning of a word to the end of one."""

import pytest

from pgproof.catalog import wording

NAMES = ("A", "B")
WORDS = " ".join(f"word{number}" for number in range(40))


@pytest.mark.parametrize(
    ("left", "right"),
    [(WORDS, f"{WORDS} more"), (WORDS, WORDS.replace("word20", "other")), (WORDS, ""), (f"{WORDS}\nx", f"\n{WORDS}")],
)
def test_no_word_is_cut(left, right):
    """Every word of a shortened value is a word of the value."""
    said = wording.change("body", (left, right), NAMES)
    known = {
        "body",
        "differs",
        "from",
        "line",
        "1:",
        "in",
        "A,",
        "B",
        "(empty)",
        "differs:",
        "",
        *left.split(),
        *right.split(),
    }
    assert {word.strip("…") for word in said.split(" ")} <= known
    assert "…" in said


def test_a_long_word_stays_whole():
    """A value without spaces is not shortened."""
    long = "x" * 200
    assert wording.change("body", (long, f"{long}y"), NAMES) == f"body differs: {long} in A, {long}y in B"


def test_an_empty_line_is_called_empty():
    """Where one side has nothing in the line that differs, that is said."""
    assert wording.change("body", ("\na", "b"), NAMES) == "body differs from line 1: (empty) in A, b in B"
