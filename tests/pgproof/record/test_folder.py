"""A record counts whole, or not at all: what was edited, lost or interrupted is one sentence that says what to do."""

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgproof.catalog import Catalog
from pgproof.errors import UsageError
from pgproof.record import layout, writing
from pgproof.record.folder import Place
from tests.leisure import at_leisure

RELATION = {"kind": "r", "owner": "postgres", "row security": True}
COLUMN = {"type": "text", "not null": True, "default": "'x'::text"}
FOUND = Catalog(
    {("relation", "app.t"): RELATION, ("column", "app.t.name"): COLUMN, ("schema", "app"): {"owner": "postgres"}},
    {("relation", "app.t"): ("schema", "app"), ("column", "app.t.name"): ("relation", "app.t")},
    {"app.t": ["name"]},
    17,
)
ADVICE = "record again and review the difference: pgproof record live:prod"


@pytest.fixture
def small_record(tmp_path):
    """Where a record has been written."""
    found = Place(tmp_path / "recorded", "prod", "pgproof record live:prod", "supabase")
    assert found.write(readable(FOUND)) == 3
    return found


def readable(catalog):
    """The catalog with all that is usual, as a record reads it."""
    texts = {name: writing.text(name, document) for name, document in layout.documents(catalog).items()}
    return layout.catalog_of({name: tomllib.loads(text) for name, text in texts.items()}, catalog.major)


def test_what_was_written_is_read(small_record):
    """The record says what was recorded, and the version of the server."""
    found = small_record.read()
    assert found.objects["column", "app.t.name"]["default"] == "'x'::text"
    assert found.major == 17


def edit(small_record):
    file = small_record.path / "tables.toml"
    file.write_text(file.read_text().replace("'x'::text", "'y'::text"))


def hide(small_record):
    small_record.path.rename(small_record.folder / ".prod.before")


def replaced(name, was, now):
    def change(small_record):
        file = small_record.path / name
        file.write_text(file.read_text().replace(was, now))

    return change


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (edit, "prod/tables.toml is not as it was written; it was edited by hand or by a merge"),
        (
            lambda small_record: (small_record.path / "tables.toml").unlink(),
            "prod/tables.toml cannot be read: No such file",
        ),
        (
            lambda small_record: (small_record.path / "record.toml").unlink(),
            "prod/record.toml cannot be read: No such file",
        ),
        (
            lambda small_record: (small_record.path / "record.toml").write_text("<<<<<<< HEAD\n"),
            "prod does not hold together",
        ),
        (lambda small_record: (small_record.path / "record.toml").write_text("a = 1\n"), "prod does not hold together"),
        (replaced("record.toml", "format = 1", "format = 2"), "has format 2, and this version knows 1"),
        (replaced("record.toml", '"prod"', '"staging"'), "prod is the record of staging"),
        (replaced("record.toml", '"supabase"', '"none"'), "was recorded with platform none, now supabase"),
        (hide, "was interrupted"),
    ],
    ids=["edited", "file lost", "manifest lost", "conflict", "nonsense", "format", "moved", "platform", "interrupted"],
)
def test_a_damaged_record_is_one_sentence(small_record, damage, says):
    """It says what is wrong with which file, and how to record again; nothing of it is believed."""
    damage(small_record)
    assert small_record.exists
    with pytest.raises(UsageError) as refused:
        small_record.read()
    assert says in str(refused.value)
    assert str(refused.value).endswith(ADVICE)
    assert "\n" not in str(refused.value)


def test_line_ends_of_a_checkout_do_not_matter(small_record):
    """A checkout that ends lines as Windows does is the same record."""
    before = small_record.read()
    for file in small_record.path.iterdir():
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert small_record.read() == before


def test_writing_again_repairs_a_damaged_record(small_record):
    """Whatever happened to the files before, recording again leaves a whole record and nothing else."""
    edit(small_record)
    hide(small_record)
    (small_record.folder / ".prod.new").mkdir()
    small_record.write(readable(FOUND))
    assert small_record.read().objects == readable(FOUND).objects
    assert [each.name for each in small_record.folder.iterdir()] == ["prod"]


class Interrupted(type(Path())):
    """A folder in which no new record can be put in its place: Ctrl-C comes first."""

    def rename(self, target):
        """Interrupt the renaming of the new folder; that of others works."""
        if self.name.endswith(".new"):
            raise KeyboardInterrupt
        return super().rename(target)


@pytest.mark.parametrize("damage", [lambda _: None, hide], ids=["whole", "interrupted before"])
def test_an_interruption_leaves_the_record_that_was_there(small_record, damage):
    """After Ctrl-C the record is read as before, and nothing else is left."""
    before = small_record.read()
    damage(small_record)
    with pytest.raises(KeyboardInterrupt):
        replace(small_record, folder=Interrupted(small_record.folder)).write(readable(Catalog({}, major=17)))
    assert small_record.read() == before
    assert [each.name for each in small_record.folder.iterdir()] == ["prod"]


def test_files_of_a_kind_that_is_gone_are_gone(small_record):
    """A file in which nothing is left is not left over."""
    small_record.write(readable(Catalog({("schema", "app"): {"owner": "postgres"}}, major=17)))
    assert sorted(each.name for each in small_record.path.iterdir()) == ["database.toml", "record.toml"]


def test_other_peoples_files_are_not_removed(small_record):
    """A folder with a file that no record has is left alone, and the file is named."""
    (small_record.path / "notes.md").write_text("mine")
    with pytest.raises(UsageError, match=r"prod holds notes\.md, which is no part of a record; name another by --into"):
        small_record.write(readable(FOUND))
    assert (small_record.path / "notes.md").read_text() == "mine"
    assert small_record.read().objects == readable(FOUND).objects


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    """A folder that cannot be made is named, with what to do."""
    (tmp_path / "file").write_text("")
    small_record = Place(tmp_path / "file", "prod", "pgproof record live:prod", "none")
    with pytest.raises(UsageError, match=r"file/prod cannot be written: Not a directory; name another folder by"):
        small_record.write(readable(FOUND))


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30) | st.sampled_from(
    ["'''", '"""', "a\\", "it's\n'''", "\n\nx\n", "a\r\nb", "\ttab\n\x7f", "ends with '\n'", '"\n"""', "\u2028\n\x85"]
)


@at_leisure
@given(body=TEXTS, comment=TEXTS, name=TEXTS.filter(bool))
def test_every_text_survives(body, comment, name):
    """Quotes, backslashes, line ends and control characters come back as they were, in bodies, lines and names."""
    identity = f"app.{json.dumps(name, ensure_ascii=False)}()"
    objects = {
        ("function", identity): {"kind": "f", "body": body, "settings": [comment], "comment": comment},
        ("relation", "app.t"): {"kind": "r"},
        ("constraint", f"app.t {name}"): {"definition": body, "comment": comment},
        ("policy", f"app.t {name}"): {"using": body, "permissive": False},
    }
    parents = {(kind, f"app.t {name}"): ("relation", "app.t") for kind in ("constraint", "policy")}
    found = readable(Catalog(objects, parents))
    for key, attributes in objects.items():
        assert {each: found.objects[key].get(each) for each in attributes} == attributes
