"""Functions are called with the arguments of a body or a query string, and answer in the form of what they return."""

import pytest

SINGLE = {"Accept": "application/vnd.pgrst.object+json"}


@pytest.mark.parametrize(
    ("path", "arguments", "result"),
    [
        ("rest_add", {"a": 1, "b": 2}, 3),
        ("rest_add", {"a": 1}, 11),
        ("rest_add", {"a": None}, None),
        ("rest_numbers", {"most": 3}, [1, 2, 3]),
        ("rest_numbers?limit=1&offset=1", {"most": 3}, [2]),
        ("rest_numbers", {"most": 0}, []),
        ("rest_book", {"book": 1}, {"id": 1, "title": "One", "author_id": 1, "editor_id": 2, "sequel_to": None}),
        ("rest_book?select=title,rest_covers(colour)", {"book": 1}, {"title": "One", "rest_covers": {"colour": "red"}}),
        ("rest_written_by?select=id", {"author": 1}, [{"id": 1}, {"id": 2}]),
        ("rest_written_by?select=id&id=gt.1&order=id.desc", {"author": 1}, [{"id": 2}]),
        ("rest_joined", {"parts": ["a", "b"]}, "a+b"),
        ("rest_sum", {"numbers": [1, 2]}, 3),
        ("rest_echo", {"any": ["thing"]}, {"any": ["thing"]}),
    ],
)
def test_a_posted_calls_answer_has_its_results_form(library, path, arguments, result):
    """A value is bare JSON, a row an object, a set an array; rows can be selected, filtered, ordered, embedded into."""
    answer = library.ask("POST", f"/rpc/{path}", json=arguments)
    assert (answer.status_code, answer.json()) == (200, result)


@pytest.mark.parametrize(
    ("path", "result"),
    [
        ("rest_add?a=1&b=2", 3),
        ("rest_numbers?most=2", [1, 2]),
        ("rest_written_by?author=1&id=eq.2&select=title", [{"title": "Two"}]),
        ("rest_sum?numbers={1,2}", 3),
        ("rest_joined?parts=a&parts=b%22", 'a+b"'),
    ],
)
def test_a_get_takes_arguments_from_the_address(library, path, result):
    """What is not a filter is an argument; an array is written as PostgreSQL writes it."""
    assert library.get(f"/rpc/{path}") == result


def test_a_function_that_returns_nothing_answers_204(library):
    """A function that returns nothing answers with 204 and nothing, with or without a body."""
    for given in ({"json": {}}, {"content": b""}):
        answer = library.ask("POST", "/rpc/rest_nothing", **given)
        assert (answer.status_code, answer.content) == (204, b"")


def test_head_calls_and_answers_without_the_body(library):
    """HEAD calls, and answers without the body."""
    answer = library.ask("HEAD", "/rpc/rest_numbers?most=3")
    assert (answer.status_code, answer.content, answer.headers["content-range"]) == (200, b"", "0-2/*")


def test_the_rows_of_a_result_are_counted(library):
    """The rows of a result are counted like those of a table."""
    answer = library.ask("POST", "/rpc/rest_written_by?limit=1", json={"author": 1}, prefer="count=exact")
    assert (answer.status_code, answer.headers["content-range"]) == (206, "0-0/2")


def test_get_cannot_change_anything(library):
    """GET cannot change anything; POST can."""
    assert library.refused("GET", "/rpc/rest_rename?book=1&new_title=x") == (405, "25006")
    assert library.get("/rest_books?select=title&id=eq.1") == [{"title": "One"}]
    assert library.ask("POST", "/rpc/rest_rename", json={"book": 1, "new_title": "x"}).json() == 1
    assert library.get("/rest_books?select=title&id=eq.1") == [{"title": "x"}]


def test_one_row_can_be_asked_for(library):
    """One row can be asked for; more than one is refused."""
    answer = library.ask("POST", "/rpc/rest_written_by?id=eq.1&select=id", json={"author": 1}, headers=SINGLE)
    assert answer.json() == {"id": 1}
    refused = library.refused("POST", "/rpc/rest_written_by", json={"author": 1}, headers=SINGLE)
    assert refused == (406, "PGRST116")


@pytest.mark.parametrize(
    ("method", "path", "arguments", "refusal"),
    [
        ("POST", "rest_absent", {}, (404, "PGRST202")),
        ("POST", "rest_add", {}, (404, "PGRST202")),
        ("POST", "rest_add", {"a": 1, "c": 1}, (404, "PGRST202")),
        ("POST", "rest_add", {"a": "x"}, (400, "22P02")),
        ("GET", "rest_add", None, (404, "PGRST202")),
        ("GET", "rest_add?a=x", None, (400, "22P02")),
        ("POST", "assign_message_seq", {}, (404, "PGRST202")),
        ("POST", "rest_add?id=eq.1", {"a": 1}, (400, "PGRST127")),
        ("DELETE", "rest_add", None, (405, "PGRST101")),
        ("POST", "pg_catalog.pg_sleep", {}, (404, "PGRST202")),
        ("POST", "a/b", {}, (404, "PGRST125")),
    ],
)
def test_a_call_that_does_not_fit_is_refused(library, method, path, arguments, refusal):
    """No function of that name and these arguments is not found; arguments that it cannot have are refused."""
    assert library.refused(method, f"/rpc/{path}", json=arguments) == refusal


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("P0001", 400),
        ("23505", 409),
        ("23503", 409),
        ("42P01", 404),
        ("42883", 404),
        ("42501", 403),
        ("25006", 405),
        ("08006", 503),
        ("53300", 503),
        ("40001", 500),
        ("PT402", 402),
        ("PTXYZ", 500),
        ("22012", 400),
        ("XX000", 500),
    ],
)
def test_an_error_of_the_database_comes_whole(library, state, status):
    """An error of the database comes whole, with the status that its code stands for."""
    answer = library.ask("POST", "/rpc/rest_raise", json={"state": state})
    told = {"code": state, "message": "raised", "details": "the detail", "hint": "the hint"}
    assert (answer.status_code, answer.json()) == (status, told)
