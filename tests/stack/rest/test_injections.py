"""SQL in a name or a value is a name or a value: nothing of it is executed, and it is found as it was written."""

import pytest

INJECTIONS = (
    "'; DROP TABLE rest_readers; --",
    '"; DROP TABLE rest_readers; --',
    "x' OR '1'='1",
    'x" OR "1"="1',
    "$1",
    "%s %(a)s %%",
    "\\'; DROP TABLE rest_readers; --",
    "/* */ --",
    "{a,b}",
    "NULL",
    "a.eq.b,c",
    "pg_sleep(5)",
    "''",
    "$$",
    "\u2028 👍 \u0661",
)


# The last three are what PostgreSQL says of a text search configuration that no name can have.
UNKNOWN = ("PGRST100", "PGRST108", "PGRST200", "PGRST202", "PGRST204", "42703", "42704", "42602", "22023", "0A000")


@pytest.fixture(params=INJECTIONS)
def injection(request, library):
    """One text; afterwards all is as it was."""
    yield request.param
    assert len(library.get("/rest_authors")) == 3
    assert len(library.get("/rest_readers?id=lt.9")) == 2


def quoted(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def test_it_is_stored_and_found_as_value(library, injection):
    """It is stored, and found again by every way of comparing that takes it as it is."""
    answer = library.ask("POST", "/rest_readers", json={"id": 9, "name": injection}, prefer="return=representation")
    assert answer.json() == [{"id": 9, "name": injection}]
    for name, value in (
        ("name", f"eq.{injection}"),
        ("name", f"in.({quoted(injection)})"),
        ("or", f"(name.eq.{quoted(injection)},id.eq.99)"),
        ("name", f"eq(any).{{{quoted(injection)}}}"),
        ("name", f"not.isdistinct.{injection}"),
    ):
        assert library.get("/rest_readers", params={name: value}) == [{"id": 9, "name": injection}], value
    answer = library.ask("PATCH", "/rest_readers", params={"name": f"eq.{injection}"}, json={"name": injection * 2})
    assert answer.status_code == 204
    assert library.get("/rest_readers?id=eq.9") == [{"id": 9, "name": injection * 2}]
    assert library.get("/rpc/rest_joined", params={"parts": injection}) == injection


@pytest.mark.parametrize(
    "parameter",
    ["select", "order", "columns", "on_conflict", "cast", "hint", "embed", "filter", "path", "language", "function"],
)
def test_it_is_refused_as_name(library, injection, parameter):
    """It is the name of nothing: refused, with the code of a name that is not there, or of one that is none."""
    name = quoted(injection)
    params, method, given = {}, "GET", {}
    path = "/rest_readers"
    if parameter in ("columns", "on_conflict"):
        method, params = "POST", {parameter: name}
        given = {"json": {"id": 9}, "prefer": "resolution=merge-duplicates"}
    elif parameter == "function":
        path, params = "/rpc/rest_add", {"a": "1", injection: "x"}
    else:
        params = {
            "select": {"select": name},
            "order": {"order": name},
            "cast": {"select": f"id::{name}"},
            "hint": {"select": f"rest_books!{name}(id)"},
            "embed": {"select": f"{name}(id)"},
            "filter": {name: "eq.1"},
            "path": {f"{name}.id": "eq.1"},
            "language": {"name": f"fts({name}).x"},
        }[parameter]
    status, code = library.refused(method, path, params=params, **given)
    assert status in (400, 404)
    assert code in UNKNOWN


def test_it_can_be_an_alias(library, injection):
    """It can be a key of the result, as far as PostgreSQL's names are long."""
    (row,) = library.get("/rest_readers", params={"select": f"{quoted(injection)}:id", "id": "eq.1"})
    assert row == {injection: 1}


def test_it_can_be_a_key_of_json(library, injection):
    """It can be a key that is looked for in JSON, and is not there."""
    select = f"found:facts->>{quoted(injection)}"
    assert library.get("/rest_authors", params={"select": select, "id": "eq.1"}) == [{"found": None}]


def test_it_is_no_table_and_no_function(library, injection):
    """It is neither a table nor a function."""
    from urllib.parse import quote

    path = quote(injection, safe="")
    assert library.refused("GET", f"/{path}") == (404, "PGRST125" if "/" in injection else "PGRST205")
    assert library.refused("POST", f"/rpc/{path}", json={})[0] == 404


def test_it_is_no_column_and_no_argument(library, injection):
    """It is neither a column nor an argument."""
    assert library.refused("POST", "/rest_readers", json={"id": 9, injection: 1}) == (400, "PGRST204")
    assert library.refused("PATCH", "/rest_readers?id=eq.1", json={injection: 1}) == (400, "PGRST204")
    assert library.refused("POST", "/rpc/rest_add", json={"a": 1, injection: 1}) == (404, "PGRST202")
