"""The attributes of an object are those of its JSON text, whether or not anybody has looked into them yet."""

from copy import deepcopy

from pgproof.catalog.attributes import Attributes

TEXT = b'{"comment": null, "roles": ["anon"], "kind": "r"}'
VALUES = {"comment": None, "roles": ["anon"], "kind": "r"}


def test_they_are_a_mapping_of_what_the_text_says():
    """Names, values and their number are those of the JSON object."""
    found = Attributes(TEXT)
    assert dict(found) == {**found} == VALUES
    assert (found["kind"], found.get("missing"), len(found), "comment" in found) == ("r", None, 3, True)


def test_they_equal_whatever_says_the_same():
    """Another order, other spaces and a dictionary are equal; another value is not."""
    found = Attributes(TEXT)
    other_order = Attributes('{"kind":"r","roles":["anon"],"comment":null}')
    assert found == Attributes(TEXT)
    assert found == other_order
    assert found == VALUES
    assert dict(VALUES) == found
    assert found != Attributes(TEXT.replace(b"anon", b"app"))
    assert found != {**VALUES, "kind": "v"}


def test_a_copy_is_like_the_original():
    """A snapshot is handed on between processes, parsed or not."""
    found = Attributes(TEXT)
    assert deepcopy(found) == VALUES
    assert found["kind"] == "r"
    assert deepcopy(found) == VALUES


def test_words_are_found_without_parsing():
    """A mark that a comment begins with is found in the text."""
    marked = Attributes('{"comment": "mark: kept\\nbefore"}')
    assert marked.mentions("mark: ")
    assert not marked.mentions("other")
