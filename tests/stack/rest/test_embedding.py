"""Related rows are embedded along foreign keys, and only where it is clear which key is meant."""

import pytest

from stack.rest.errors import ApiError
from stack.rest.relationships import Relationship, find


def test_to_one_gives_objects_to_many_arrays(library):
    """The row that is referred to is an object or null; rows that refer to this one are an array."""
    select = "id,rest_authors!rest_books_author(name)"
    assert library.get(f"/rest_books?select={select}&id=in.(1,4)&order=id") == [
        {"id": 1, "rest_authors": {"name": "Ann"}},
        {"id": 4, "rest_authors": None},
    ]
    rows = library.get("/rest_authors?select=id,written:rest_books!rest_books_author(id)&order=id&written.order=id")
    assert rows == [
        {"id": 1, "written": [{"id": 1}, {"id": 2}]},
        {"id": 2, "written": [{"id": 3}]},
        {"id": 3, "written": []},
    ]


@pytest.mark.parametrize("target", ["rest_authors!rest_books_editor", "rest_authors!editor_id", "editor_id"])
def test_a_hint_tells_two_keys_apart(library, target):
    """A constraint or a column tells two keys to one table apart."""
    assert library.get(f"/rest_books?select=by:{target}(name)&id=eq.1") == [{"by": {"name": "Bob, Jr."}}]


def test_an_ambiguous_embed_is_refused_with_hints(library):
    """Without a hint the two keys are named, with the hints that would tell them apart."""
    answer = library.ask("GET", "/rest_books?select=rest_authors(name)")
    assert (answer.status_code, answer.json()["code"]) == (300, "PGRST201")
    assert {each["cardinality"] for each in answer.json()["details"]} == {"many-to-one"}
    assert "'rest_authors!rest_books_author', 'rest_authors!rest_books_editor'" in answer.json()["hint"]


def test_a_choice_is_offered_in_one_order():
    """What there is to choose from is sorted by kind and then by name, whatever was made first."""
    kinds = [("many-to-one", "b"), ("one-to-many", "c"), ("many-to-one", "a")]
    ways = tuple(Relationship(kind, "boats", "crews", name, (("x", "y"),)) for kind, name in kinds)
    with pytest.raises(ApiError) as refused:
        find({("public", "boats"): ways}, "public", "boats", "crews", None)
    assert [each["relationship"][0] for each in refused.value.details] == ["c", "a", "b"]
    assert "'crews!c', 'crews!a', 'crews!b'" in refused.value.hint


def test_a_table_of_both_keys_joins_them(library):
    """A table whose primary key holds both keys joins the two others."""
    rows = library.get("/rest_books?select=id,rest_readers(name)&order=id&rest_readers.order=name.desc&id=lt.4")
    assert rows == [
        {"id": 1, "rest_readers": [{"name": "Sam"}, {"name": "Rita"}]},
        {"id": 2, "rest_readers": []},
        {"id": 3, "rest_readers": [{"name": "Rita"}]},
    ]
    hinted = "/rest_readers?select=rest_books!rest_loans(id)&id=eq.1&rest_books.order=id"
    assert library.get(hinted) == [{"rest_books": [{"id": 1}, {"id": 3}]}]


def test_a_unique_key_leads_to_one_row(library):
    """A foreign key that is unique leads to one row both ways."""
    assert library.get("/rest_books?select=rest_covers(colour)&id=eq.1") == [{"rest_covers": {"colour": "red"}}]
    assert library.get("/rest_covers?select=rest_books(id)&book_id=eq.3") == [{"rest_books": {"id": 3}}]


def test_a_self_reference_is_embedded_both_ways(library):
    """The column means the row referred to; the table means the rows that refer."""
    assert library.get("/rest_books?select=first:sequel_to(id)&id=eq.2") == [{"first": {"id": 1}}]
    for target in ("rest_books", "rest_books!sequel_to"):
        rows = library.get(f"/rest_books?select=later:{target}(id)&id=eq.1&later.order=id")
        assert rows == [{"later": [{"id": 2}, {"id": 4}]}]


def test_embeds_nest_with_their_parameters(library):
    """Embeds nest, and their parameters are addressed by the whole path."""
    path = (
        "/rest_authors?select=id,books:rest_books!rest_books_author(id,rest_readers(id))&id=eq.1"
        "&books.order=id&books.rest_readers.id=eq.2&books.limit=1"
    )
    assert library.get(path) == [{"id": 1, "books": [{"id": 1, "rest_readers": [{"id": 2}]}]}]


@pytest.mark.parametrize(
    ("parameters", "ids"),
    [
        ("books.id=gt.1", [2]),
        ("books.order=id.desc", [2, 1]),
        ("books.order=id&books.limit=1&books.offset=1", [2]),
        ("books.or=(id.eq.1,title.eq.Two)&books.order=id", [1, 2]),
        ("books.not.and=(id.eq.1,title.eq.One)", [2]),
    ],
)
def test_an_embeds_parameters_leave_the_parents_alone(library, parameters, ids):
    """Filters, order, limit and offset of an embed change what is embedded, not the parents."""
    rows = library.get(f"/rest_authors?select=id,books:rest_books!author_id(id)&id=in.(1,3)&order=id&{parameters}")
    assert rows == [{"id": 1, "books": [{"id": number} for number in ids]}, {"id": 3, "books": []}]


def test_inner_keeps_only_parents_with_a_row(library):
    """With !inner only parents with such a row are there, also in the count."""
    path = "/rest_authors?select=id,rest_books!author_id!inner(id)&rest_books.title=eq.Three"
    answer = library.ask("GET", f"{path}&limit=5", prefer="count=exact")
    assert answer.json() == [{"id": 2, "rest_books": [{"id": 3}]}]
    assert answer.headers["content-range"] == "0-0/1"


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ("rest_covers=not.is.null", [1, 3]),
        ("rest_covers=is.null", [2, 4]),
        ("rest_readers=is.null", [2, 4]),
        ("rest_readers=is.not_null&rest_covers.colour=eq.red", [1, 3]),
        ("or=(rest_covers.not.is.null,id.eq.4)", [1, 3, 4]),
    ],
)
def test_parents_are_filtered_by_what_is_embedded(library, condition, ids):
    """Parents are filtered by whether something is embedded; an embed of nothing is not shown."""
    path = f"/rest_books?select=id,rest_covers(),rest_readers()&{condition}&order=id&limit=9"
    answer = library.ask("GET", path, prefer="count=exact")
    assert answer.json() == [{"id": number} for number in ids]
    assert answer.headers["content-range"].endswith(f"/{len(ids)}")


def test_spread_columns_are_the_parents_own(library):
    """The columns of a spread to-one embed are the parent's own."""
    rows = library.get("/rest_books?select=id,...rest_covers(shade:colour)&id=in.(1,2)&order=id")
    assert rows == [{"id": 1, "shade": "red"}, {"id": 2, "shade": None}]


def test_parents_are_ordered_by_an_embeds_column(library):
    """Parents are ordered by a column of a to-one embed, whether or not it is shown."""
    rows = library.get("/rest_books?select=id,rest_covers(book_id)&order=rest_covers(colour).desc.nullslast,id")
    assert [row["id"] for row in rows] == [1, 3, 2, 4]


def test_related_rows_are_counted(library):
    """Related rows are counted."""
    rows = library.get("/rest_authors?select=id,rest_books!author_id(count)&order=id")
    assert [row["rest_books"][0]["count"] for row in rows] == [2, 1, 0]


def test_awkward_names_can_be_used(library):
    """Columns may be called what the service calls its own things, or contain its syntax."""
    odd = '"a \\"b\\" c.d(e)"'
    row = {"i": 2, "body": 1, "t0": "U", "e1": "F", "count": 8, 'a "b" c.d(e)': None}
    (found,) = library.get("/rest_names", params={"select": "*,up:body(*),down:rest_names!body(i)", "i": "eq.2"})
    up = {"i": 1, "body": None, "t0": "T", "e1": "E", "count": 7, 'a "b" c.d(e)': "odd"}
    assert found == {**row, "up": up, "down": []}
    assert library.get("/rest_names?select=i,rest_names!body(i)&i=eq.1") == [{"i": 1, "rest_names": [{"i": 2}]}]
    assert library.get("/rest_names?select=count,up:body()&up=is.null") == [{"count": 7}]
    assert library.get("/rest_names", params={"select": odd, odd: "eq.odd"}) == [{'a "b" c.d(e)': "odd"}]


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        ("/rest_books?select=rest_loans(nope)", (400, "42703")),
        ("/rest_books?select=chats(id)", (400, "PGRST200")),
        ("/rest_books?select=rest_authors!nope(id)", (400, "PGRST200")),
        ("/rest_books?select=id&rest_covers.colour=eq.red", (400, "PGRST108")),
        ("/rest_books?select=id&order=rest_covers(colour)", (400, "PGRST108")),
        ("/rest_books?select=rest_readers(id)&order=rest_readers(id)", (400, "PGRST118")),
        ("/rest_books?select=rest_covers(colour)&rest_covers=eq.red", (400, "PGRST120")),
        ("/rest_books?select=rest_covers(book_id.sum())", (400, "PGRST123")),
        ("/chat_participants?select=users(id)", (400, "PGRST200")),
    ],
)
def test_what_cannot_be_embedded_is_refused(library, path, refusal):
    """What cannot be embedded is said, with PostgREST's code; auth.users is not there for the API."""
    assert library.refused("GET", path) == refusal
