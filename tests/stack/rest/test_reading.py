"""Rows are read as PostgREST reads them: columns, order, ranges, counts, one row."""

import pytest


def numbers(rows):
    return [row["id"] for row in rows]


@pytest.mark.parametrize(
    ("select", "row"),
    [
        ("id,name", {"id": 1, "name": "Ann"}),
        ("who:name, year:born::text", {"who": "Ann", "year": "1950"}),
        ("born::double precision", {"born": 1950.0}),
        ("facts->>city", {"city": "Rome"}),
        ("facts->langs->>1", {"langs": "en"}),
        ("last:facts->langs->-1", {"last": "en"}),
        ("tags->0", {"tags": "a"}),
        ('"name"', {"name": "Ann"}),
        ("count", {"count": 1}),
    ],
)
def test_columns_have_the_names_postgrest_gives(library, select, row):
    """Columns, aliases, casts and paths into JSON come under the names that PostgREST gives them."""
    assert library.get("/rest_authors", params={"select": select, "id": "eq.1"}) == [row]


def test_everything_is_selected_by_default(library):
    """Without select there are all columns, in their order, with JSON's own types."""
    (row,) = library.get("/rest_authors?id=eq.2")
    assert list(row) == ["id", "name", "born", "alive", "tags", "facts", "words", "span"]
    assert (row["alive"], row["tags"], row["facts"]) == (False, ["b", "c"], {"city": "Bonn"})


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        ("id.desc", [3, 2, 1]),
        ("born", [1, 2, 3]),
        ("born.desc", [3, 2, 1]),
        ("born.desc.nullslast", [2, 1, 3]),
        ("born.nullsfirst,id.desc", [3, 1, 2]),
        ("facts->>city.asc", [2, 1, 3]),
    ],
)
def test_nulls_are_ordered_as_told(library, order, ids):
    """NULLs are where PostgreSQL puts them, or where they are told to be."""
    assert numbers(library.get("/rest_authors", params={"select": "id", "order": order})) == ids


@pytest.mark.parametrize(
    ("query", "count", "status", "content_range", "ids"),
    [
        ("", None, 200, "0-3/*", [1, 2, 3, 4]),
        ("", "exact", 200, "0-3/4", [1, 2, 3, 4]),
        ("limit=2", None, 200, "0-1/*", [1, 2]),
        ("limit=2", "exact", 206, "0-1/4", [1, 2]),
        ("limit=2", "estimated", 206, "0-1/4", [1, 2]),
        ("limit=2&offset=3", "exact", 206, "3-3/4", [4]),
        ("offset=4", "exact", 206, "*/4", []),
        ("id=gt.9", "exact", 200, "*/0", []),
        ("id=gt.9", None, 200, "*/*", []),
        ("limit=0", None, 200, "*/*", []),
    ],
)
def test_content_range_tells_rows_and_count(library, query, count, status, content_range, ids):
    """Content-Range tells which rows these are and, if asked, of how many."""
    prefer = f"count={count}" if count else None
    answer = library.ask("GET", f"/rest_books?select=id&order=id&{query}", prefer=prefer)
    assert (answer.status_code, answer.headers["content-range"]) == (status, content_range)
    assert numbers(answer.json()) == ids
    assert answer.headers.get("preference-applied") == prefer


def test_a_planned_count_is_the_planners_guess(library):
    """The planner's guess is a number, and it is not the rows' own."""
    answer = library.ask("GET", "/rest_books?select=id&limit=1", prefer="count=planned")
    assert answer.status_code == 206
    assert int(answer.headers["content-range"].partition("/")[2]) > 4


def test_an_offset_past_the_end_is_refused(library):
    """With a count, more rows left out than there are is a refusal."""
    answer = library.ask("GET", "/rest_books?offset=5", prefer="count=exact")
    assert (answer.status_code, answer.json()["code"]) == (416, "PGRST103")
    assert answer.json()["details"] == "An offset of 5 was requested, but there are only 4 rows."
    assert library.get("/rest_books?offset=5") == []


def test_a_range_header_chooses_rows(library):
    """Older clients say in a header which rows they want."""
    for header, ids in (("1-2", [2, 3]), ("2-", [3, 4]), ("bytes=0-1", [1, 2, 3, 4])):
        assert numbers(library.get("/rest_books?select=id&order=id", headers={"Range": header})) == ids
    assert library.refused("GET", "/rest_books", headers={"Range": "2-1"}) == (416, "PGRST103")
    both = library.get("/rest_books?select=id&order=id&limit=2&offset=1", headers={"Range": "2-9"})
    assert numbers(both) == [3]
    assert library.refused("GET", "/rest_books?limit=1", headers={"Range": "1-2"}) == (416, "PGRST103")


def test_head_answers_without_a_body(library):
    """HEAD answers with the same headers and no body."""
    answers = [library.ask(method, "/rest_books?limit=2", prefer="count=exact") for method in ("GET", "HEAD")]
    assert answers[1].content == b""
    for name in ("content-range", "content-type", "preference-applied"):
        assert answers[0].headers[name] == answers[1].headers[name]


SINGLE = {"Accept": "application/vnd.pgrst.object+json"}


def test_a_single_row_comes_as_an_object(library):
    """One row comes as an object of its own media type; any other number of rows is refused."""
    answer = library.ask("GET", "/rest_books?id=eq.1&select=id", headers=SINGLE)
    assert answer.json() == {"id": 1}
    assert answer.headers["content-type"] == "application/vnd.pgrst.object+json; charset=utf-8"
    for query, rows in (("id=gt.2", 2), ("id=gt.9", 0)):
        answer = library.ask("GET", f"/rest_books?{query}", headers=SINGLE)
        assert (answer.status_code, answer.json()["code"]) == (406, "PGRST116")
        assert answer.json()["details"] == f"The result contains {rows} rows"


def test_null_columns_can_be_left_out(library):
    """Columns that are NULL can be left out."""
    headers = {"Accept": "application/vnd.pgrst.array+json;nulls=stripped"}
    assert library.get("/rest_books?id=eq.3&select=id,editor_id", headers=headers) == [{"id": 3}]


def test_the_captured_read_is_answered_in_full(library):
    """A request as supabase-js sends it, percent-encoded, is answered in full."""
    select = "id%2Ctitle%2Cauthor%3Arest_authors%21rest_books_author%28name%29%2Crest_covers%21inner%28book_id%29"
    path = (
        f"/rest_books?select={select}&author_id=in.%281%2C2%29&or=%28id.eq.1%2Csequel_to.is.null%29"
        "&order=id.desc.nullslast&offset=0&limit=10"
    )
    headers = {"Accept-Profile": "public", "X-Client-Info": "supabase-js-node/2.119.0", "Content-Type": None}
    answer = library.ask("GET", path, prefer="count=exact", headers=headers)
    assert (answer.status_code, answer.headers["content-range"]) == (200, "0-1/2")
    assert answer.json() == [
        {"id": 3, "title": "Three", "author": {"name": "Bob, Jr."}, "rest_covers": {"book_id": 3}},
        {"id": 1, "title": "One", "author": {"name": "Ann"}, "rest_covers": {"book_id": 1}},
    ]
