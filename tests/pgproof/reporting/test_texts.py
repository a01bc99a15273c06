"""Long texts are cut and folded where a reader would stop, and say how much is missing."""

import re

import pytest

from pgproof.reporting import texts

WORDS = " ".join(f"word{n}" for n in range(500))
LINES = "\n".join(f"line {n} of the message" for n in range(500))
SOLID = "x" * 5000


def test_a_short_text_is_whole():
    """What is not too long stays as it is, to the last character."""
    assert texts.cut(WORDS, len(WORDS), "the log") == WORDS


@pytest.mark.parametrize(("text", "end"), [(WORDS, r"word\d+"), (LINES, r"line \d+ of the message"), (SOLID, "x")])
def test_a_long_text_is_cut_after_a_line_or_a_word(text, end):
    """It ends after a whole line if it has lines, else after a whole word, and only a text without either within."""
    kept, said = texts.cut(text, 1000, "the log").rsplit("\n", 1)
    assert len(kept) <= 1000
    assert text.startswith(kept)
    assert re.search(f"(^|\\s|x){end}$", kept)
    assert text[len(kept)] in ("\n", " ", "x")
    (left,) = re.findall(r"^… ([\d,]+) more characters are left out here; the whole text is in the log$", said)
    assert len(kept) + int(left.replace(",", "")) == len(text)


def test_a_break_near_the_beginning_does_not_count():
    """A first short line followed by one endless word is not cut to the short line."""
    assert len(texts.cut("short\n" + SOLID, 1000, "the log")) > 1000


def test_a_text_of_many_lines_is_folded():
    """The first lines are shown, the others are counted, and together they are the text."""
    folded = texts.fold(LINES, 10)
    assert folded.lines == 490
    assert f"{folded.shown}\n{folded.folded}" == LINES


def test_one_more_line_is_not_folded_away():
    """To fold away a line or two saves nothing."""
    assert texts.fold("a\nb\nc", 1) == ("a\nb\nc", "")
