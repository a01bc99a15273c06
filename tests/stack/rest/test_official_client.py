"""The query builder of the official Python client gets what it asks for."""

import pytest
from postgrest import SyncPostgrestClient
from postgrest.exceptions import APIError


@pytest.fixture
def postgrest_client(library):
    """The client, with the service key."""
    headers = {"apikey": library.stack.anon_key, "Authorization": f"Bearer {library.token}"}
    with SyncPostgrestClient(f"{library.stack.api_url}/rest/v1", headers=headers) as client:
        yield client


def test_the_client_reads_what_it_selects(postgrest_client):
    """Embeds, filters, trees, order, range and count."""
    asked = postgrest_client.table("rest_books").select(
        "id, title, author:rest_authors!rest_books_author(name)", count="exact"
    )
    answer = (
        asked.in_("author_id", [1, 2]).or_("id.eq.1,sequel_to.is.null").order("id", desc=True).range(0, 0).execute()
    )
    assert answer.data == [{"id": 3, "title": "Three", "author": {"name": "Bob, Jr."}}]
    assert answer.count == 2


def test_what_the_client_quotes_is_found(postgrest_client):
    """What the client quotes and escapes is found."""
    authors = postgrest_client.table("rest_authors")

    def ids(builder):
        return [row["id"] for row in builder.order("id").execute().data]

    assert ids(authors.select("id").in_("name", ["Bob, Jr.", 'a"b\\c%'])) == [2, 3]
    assert ids(authors.select("id").eq("name", 'a"b\\c%')) == [3]
    assert ids(authors.select("id").not_.is_("born", None)) == [1, 2]
    assert ids(authors.select("id").ilike("name", "%ANN%")) == [1]
    assert ids(authors.select("id").contains("tags", ["a"])) == [1]
    assert ids(authors.select("id").contains("facts", {"city": "Rome"})) == [1]
    assert ids(authors.select("id").overlaps("tags", ["c", "x"])) == [2]
    assert ids(authors.select("id").match({"id": 1, "born": 1950})) == [1]
    assert ids(authors.select("id").text_search("words", "cats")) == [1]


def test_single_gives_one_row(postgrest_client):
    """Single and maybe_single."""
    books = postgrest_client.table("rest_books")
    assert books.select("id").eq("id", 1).single().execute().data == {"id": 1}
    with pytest.raises(APIError) as refused:
        books.select("id").eq("id", 99).single().execute()
    assert refused.value.code == "PGRST116"
    assert books.select("id").eq("id", 99).maybe_single().execute() is None
    assert books.select("id").eq("id", 1).maybe_single().execute().data == {"id": 1}


def test_each_write_returns_its_rows(postgrest_client):
    """Insert, bulk insert, upsert, update and delete, each with its rows."""
    books = postgrest_client.table("rest_books")
    assert books.insert({"id": 7, "title": "Seven"}).execute().data[0]["title"] == "Seven"
    rows = [{"id": 8, "title": "Eight"}, {"id": 9}]
    titles = [row["title"] for row in books.insert(rows, default_to_null=False).execute().data]
    assert titles == ["Eight", "untitled"]
    upserted = books.upsert([{"id": 8, "title": "8"}, {"id": 10, "title": "10"}], on_conflict="id").execute().data
    assert [row["title"] for row in upserted] == ["8", "10"]
    left = books.upsert({"id": 8, "title": "x"}, ignore_duplicates=True).execute().data
    assert left == []
    assert books.update({"title": "y"}).eq("id", 8).execute().data[0]["title"] == "y"
    assert books.update({"title": "z"}, returning="minimal").eq("id", 8).execute().data == []
    deleted = books.delete().gte("id", 7).execute().data
    assert {row["id"]: row["title"] for row in deleted} == {7: "Seven", 8: "z", 9: "untitled", 10: "10"}


def test_functions_answer_post_get_and_head(postgrest_client):
    """Functions by POST, by GET and by HEAD."""
    assert postgrest_client.rpc("rest_add", {"a": 1, "b": 2}).execute().data == 3
    assert postgrest_client.rpc("rest_sum", {"numbers": [1, 2]}, get=True).execute().data == 3
    assert postgrest_client.rpc("rest_numbers", {"most": 3}, count="exact", head=True).execute().count == 3
    rows = postgrest_client.rpc("rest_written_by", {"author": 1}).select("id").order("id", desc=True).execute().data
    assert rows == [{"id": 2}, {"id": 1}]


def test_an_error_has_code_message_and_hint(postgrest_client):
    """An error has its code, message, details and hint."""
    with pytest.raises(APIError) as refused:
        postgrest_client.table("rest_books").insert({"id": 1}).execute()
    assert (refused.value.code, refused.value.details) == ("23505", "Key (id)=(1) already exists.")
    with pytest.raises(APIError) as refused:
        postgrest_client.table("rest_nothing_like_it").select("*").execute()
    assert refused.value.code == "PGRST205"
