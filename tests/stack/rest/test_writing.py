"""Rows are inserted, merged, updated and deleted as PostgREST does it, and told about as asked."""

import pytest

SHOWN = "return=representation"
SINGLE = {"Accept": "application/vnd.pgrst.object+json"}


def titles(library):
    return {row["id"]: row["title"] for row in library.get("/rest_books?select=id,title")}


def test_an_insert_answers_as_it_was_asked(library):
    """An insert answers with nothing, with where the row is, or with the row."""
    answer = library.ask("POST", "/rest_books", json={"id": 10, "title": "Ten"})
    assert (answer.status_code, answer.content, answer.headers["content-range"]) == (201, b"", "*/*")
    answer = library.ask("POST", "/rest_loans", json={"book_id": 10, "reader_id": 1}, prefer="return=headers-only")
    assert answer.headers["location"] == "/rest_loans?book_id=eq.10&reader_id=eq.1"
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["preference-applied"] == "return=headers-only"
    answer = library.ask("POST", "/rest_readers", json={"id": 9, "name": "Uma"}, prefer="return=headers-only")
    assert answer.headers["location"] == "/rest_readers?id=eq.9"
    path = "/rest_books?select=id,title,by:rest_authors!author_id(name)"
    answer = library.ask("POST", path, json={"id": 11, "author_id": 1}, prefer=SHOWN)
    assert (answer.status_code, answer.json()) == (201, [{"id": 11, "title": "untitled", "by": {"name": "Ann"}}])
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("columns", "prefer", "rows", "stored"),
    [
        ("", SHOWN, [{"id": 10}, {"id": 11}], ["untitled", "untitled"]),
        ('"id","title"', SHOWN, [{"id": 10, "title": "A", "nope": 1}, {"id": 11, "title": "B"}], ["A", "B"]),
        ("id,title", f"missing=default,{SHOWN}", [{"id": 10, "title": "A"}, {"id": 11}], ["A", "untitled"]),
        ("", f"count=exact,{SHOWN}", [], []),
    ],
)
def test_many_rows_are_one_insert(library, columns, prefer, rows, stored):
    """Many rows are one insert; columns names what is read of them, and a default can fill what is missing."""
    path = f"/rest_books?select=title&order=id{f'&columns={columns}' if columns else ''}"
    answer = library.ask("POST", path, json=rows, prefer=prefer)
    assert (answer.status_code, [row["title"] for row in answer.json()]) == (201, stored)
    assert set(answer.headers["preference-applied"].split(", ")) == set(prefer.split(","))


def test_an_empty_object_is_a_row_of_defaults(library):
    """An empty object is a row of defaults, an empty array no row."""
    assert library.refused("POST", "/rest_books", json={}) == (400, "23502")
    assert library.ask("POST", "/rest_books", json=[]).status_code == 201


def test_an_upsert_merges_or_leaves_the_row(library):
    """A row that is there is merged or left; 200 if nothing was inserted, and on_conflict says what the same is."""
    path, merge = "/rest_books?select=id,title", f"resolution=merge-duplicates,{SHOWN}"
    answer = library.ask("POST", path, json={"id": 1, "title": "New"}, prefer=merge)
    assert (answer.status_code, answer.json()) == (200, [{"id": 1, "title": "New"}])
    assert answer.headers["preference-applied"] == "resolution=merge-duplicates, return=representation"
    rows = [{"id": 1, "title": "Newer"}, {"id": 9, "title": "Nine"}]
    assert library.ask("POST", path, json=rows, prefer=merge).status_code == 201
    ignore = f"resolution=ignore-duplicates,{SHOWN}"
    answer = library.ask("POST", path, json={"id": 1, "title": "Newest"}, prefer=ignore)
    assert (answer.status_code, answer.json()) == (201, [])
    assert titles(library)[1] == "Newer"
    conflict = "/rest_loans?on_conflict=book_id,reader_id"
    assert library.ask("POST", conflict, json={"book_id": 1, "reader_id": 1}, prefer=ignore).json() == []
    assert library.refused("POST", "/rest_books?on_conflict=title", json={"id": 1}, prefer=merge) == (400, "42P10")


def test_updated_rows_are_shown_as_they_are_now(library):
    """Rows that fit are changed, and shown as they are now, also if they no longer fit."""
    answer = library.ask("PATCH", "/rest_books?id=eq.1", json={"title": "New"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-length" not in answer.headers
    answer = library.ask(
        "PATCH", "/rest_books?title=like.T*&select=id,title&order=id", json={"title": "X"}, prefer=SHOWN
    )
    assert (answer.status_code, answer.json()) == (200, [{"id": 2, "title": "X"}, {"id": 3, "title": "X"}])
    answer = library.ask("PATCH", "/rest_books?id=eq.99", json={"title": "X"}, prefer=f"{SHOWN},count=exact")
    assert (answer.status_code, answer.json(), answer.headers["content-range"]) == (200, [], "*/0")
    assert library.ask("PATCH", "/rest_books?id=eq.1", json={}, prefer=SHOWN).json() == []
    assert titles(library) == {1: "New", 2: "X", 3: "X", 4: "Four"}


def test_deleted_rows_are_shown_as_they_were(library):
    """Rows that fit are gone, and shown as they were; a content type without a body does no harm."""
    headers = {"Content-Type": "application/json"}
    assert library.ask("DELETE", "/rest_loans?book_id=eq.3", headers=headers).status_code == 204
    answer = library.ask("DELETE", "/rest_loans?reader_id=eq.2&select=book_id", prefer=f"{SHOWN},count=exact")
    assert (answer.status_code, answer.json(), answer.headers["content-range"]) == (200, [{"book_id": 1}], "*/1")
    assert library.get("/rest_loans") == [{"book_id": 1, "reader_id": 1}]


def test_a_write_of_another_number_is_undone(library):
    """Where one row was asked for, a write of another number of rows is undone."""
    before = titles(library)
    update = {"json": {"title": "Same"}, "prefer": SHOWN, "headers": SINGLE}
    assert library.refused("PATCH", "/rest_books?id=lt.3", **update) == (406, "PGRST116")
    assert library.refused("PATCH", "/rest_books?id=eq.99", **update) == (406, "PGRST116")
    assert library.refused("DELETE", "/rest_loans?book_id=eq.1", prefer=SHOWN, headers=SINGLE) == (406, "PGRST116")
    unseen = {"json": {"title": "Same"}, "headers": SINGLE}
    assert library.refused("PATCH", "/rest_books?id=lt.3", **unseen) == (406, "PGRST116")
    two = {"json": [{"id": 7}, {"id": 8}], "prefer": SHOWN, "headers": SINGLE}
    assert library.refused("POST", "/rest_books", **two) == (406, "PGRST116")
    assert titles(library) == before
    assert len(library.get("/rest_loans")) == 3
    answer = library.ask("PATCH", "/rest_books?id=eq.1&select=title", **update)
    assert (answer.status_code, answer.json()) == (200, {"title": "Same"})


def test_a_write_of_too_many_rows_is_undone(library):
    """A write of more rows than allowed is undone."""
    strict = "handling=strict,max-affected=2"
    assert library.refused("DELETE", "/rest_loans?book_id=gt.0", prefer=strict) == (400, "PGRST124")
    assert len(library.get("/rest_loans")) == 3
    assert library.ask("DELETE", "/rest_loans?book_id=eq.1", prefer=strict).status_code == 204


@pytest.mark.parametrize(
    ("method", "path", "body", "refusal"),
    [
        ("POST", "/rest_books", b"", (400, "PGRST102")),
        ("POST", "/rest_books", b"{", (400, "PGRST102")),
        ("POST", "/rest_books", b"\xff", (400, "PGRST102")),
        ("POST", "/rest_books", b'{"id": NaN}', (400, "PGRST102")),
        ("POST", "/rest_books", b"[" * 100_000, (400, "PGRST102")),
        ("POST", "/rest_books", b'[{"id": 8}, {"title": "a"}]', (400, "PGRST102")),
        ("POST", "/rest_books", b"[1]", (400, "PGRST102")),
        ("POST", "/rest_books", b'{"id": 8, "nope": 1}', (400, "PGRST204")),
        ("POST", "/rest_books", b'{"id": 8, "\\ud800": 1}', (400, "PGRST204")),
        ("POST", "/rest_books?columns=nope", b"{}", (400, "PGRST204")),
        ("POST", "/rest_books", b'{"id": 1}', (409, "23505")),
        ("POST", "/rest_books", b'{"id": 8, "author_id": 99}', (409, "23503")),
        ("POST", "/rest_books", b'{"id": 8, "sequel_to": 99}', (409, "23503")),
        ("POST", "/rest_books", b'{"id": 8, "title": "\\u0000"}', (400, "22P05")),
        ("POST", "/rest_books", b'{"id": 8, "title": "\\ud800"}', (400, "22P02")),
        ("PATCH", "/rest_books", b'{"title": "a"}', (400, "21000")),
        ("PATCH", "/rest_books?id=eq.1&limit=1", b'{"title": "a"}', (400, "PGRST127")),
        ("PATCH", "/rest_books?id=eq.1", b'[{"title": "a"}, {"title": "b"}]', (400, "PGRST102")),
        ("DELETE", "/rest_books", None, (400, "21000")),
        ("PUT", "/rest_books?id=eq.1", b"{}", (400, "PGRST115")),
        ("PUT", "/rest_books?id=gt.1", b'{"id": 1}', (405, "PGRST105")),
    ],
)
def test_a_refused_write_changes_nothing(library, method, path, body, refusal):
    """A write that cannot be done as it was asked for changes nothing."""
    before = titles(library)
    assert library.refused(method, path, content=body) == refusal
    assert titles(library) == before


def test_other_media_types_are_not_read(library):
    """A body of a type that nobody reads is refused."""
    headers = {"Content-Type": "application/yaml"}
    assert library.refused("POST", "/rest_books", content=b"id: 8", headers=headers) == (400, "PGRST102")


def test_a_large_body_is_refused(library):
    """Ten megabytes are refused in one sentence, whether or not their size was told; the next request is answered."""
    for content in (b"[" + b" " * 10_000_000 + b"]", (b" " * 1_000_000 for _ in range(10))):
        answer = library.ask("POST", "/rest_books", content=content)
        assert (answer.status_code, answer.json()["code"]) == (413, "PGRST102")
        assert answer.json()["message"] == "the body is larger than 5 MiB; send it in parts"
    assert len(titles(library)) == 4
