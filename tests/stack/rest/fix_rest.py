"""Callers of a running stack's /rest/v1, and tables of a test's own in its database."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from pgproof.timing import unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    import psycopg

    from connect.embedded_stack import Running, StackOf

_SECONDS = 20
_LIBRARY = """
CREATE TABLE public.rest_authors (
  id int PRIMARY KEY, name text, born int, alive boolean, tags text[], facts jsonb, words tsvector, span int4range
);
CREATE TABLE public.rest_books (
  id int PRIMARY KEY, title text NOT NULL DEFAULT 'untitled',
  author_id int CONSTRAINT rest_books_author REFERENCES public.rest_authors,
  editor_id int CONSTRAINT rest_books_editor REFERENCES public.rest_authors,
  sequel_to int CONSTRAINT rest_books_sequel REFERENCES public.rest_books DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE public.rest_covers (book_id int PRIMARY KEY REFERENCES public.rest_books, colour text);
CREATE TABLE public.rest_readers (id int PRIMARY KEY, name text CONSTRAINT rest_readers_by_name UNIQUE);
CREATE TABLE public.rest_loans (
  book_id int REFERENCES public.rest_books, reader_id int REFERENCES public.rest_readers,
  PRIMARY KEY (book_id, reader_id)
);
CREATE TABLE public.rest_names (
  i int PRIMARY KEY, body int REFERENCES public.rest_names, t0 text, e1 text, count int, "a ""b"" c.d(e)" text
);
GRANT ALL ON public.rest_authors, public.rest_books, public.rest_covers, public.rest_readers, public.rest_loans,
  public.rest_names TO anon, authenticated, service_role;

CREATE FUNCTION public.rest_nothing() RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION public.rest_add(a int, b int DEFAULT 10) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a + b';
CREATE FUNCTION public.rest_numbers(most int) RETURNS SETOF int LANGUAGE sql STABLE
  AS 'SELECT generate_series(1, most)';
CREATE FUNCTION public.rest_written_by(author int) RETURNS SETOF public.rest_books LANGUAGE sql STABLE
  AS 'SELECT * FROM public.rest_books WHERE author_id = author ORDER BY id';
CREATE FUNCTION public.rest_book(book int) RETURNS public.rest_books LANGUAGE sql STABLE
  AS 'SELECT * FROM public.rest_books WHERE id = book';
CREATE FUNCTION public.rest_joined(VARIADIC parts text[]) RETURNS text LANGUAGE sql IMMUTABLE
  AS $$ SELECT array_to_string(parts, '+') $$;
CREATE FUNCTION public.rest_sum(numbers int[]) RETURNS bigint LANGUAGE sql IMMUTABLE
  AS 'SELECT sum(n) FROM unnest(numbers) AS n';
CREATE FUNCTION public.rest_echo(json) RETURNS json LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION public.rest_rename(book int, new_title text) RETURNS int LANGUAGE sql
  AS 'UPDATE public.rest_books SET title = new_title WHERE id = book RETURNING id';
CREATE FUNCTION public.rest_raise(state text) RETURNS void LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'raised' USING ERRCODE = state, DETAIL = 'the detail', HINT = 'the hint'; END $$;
CREATE FUNCTION public.rest_setting(name text) RETURNS text LANGUAGE sql STABLE
  AS 'SELECT current_setting(name, true)';
"""
_ROWS = """
TRUNCATE public.rest_authors, public.rest_books, public.rest_covers, public.rest_readers, public.rest_loans,
  public.rest_names;
INSERT INTO public.rest_authors VALUES
  (1, 'Ann', 1950, true, '{a,b}', '{"city": "Rome", "langs": ["it", "en"]}', to_tsvector('english', 'cats sing'),
   '[1,5)'),
  (2, 'Bob, Jr.', 1960, false, '{b,c}', '{"city": "Bonn"}', to_tsvector('english', 'dogs bark'), '[5,9)'),
  (3, 'a"b\\c%', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.rest_books VALUES
  (1, 'One', 1, 2, NULL), (2, 'Two', 1, NULL, 1), (3, 'Three', 2, NULL, NULL), (4, 'Four', NULL, 3, 1);
INSERT INTO public.rest_covers VALUES (1, 'red'), (3, 'blue');
INSERT INTO public.rest_readers VALUES (1, 'Rita'), (2, 'Sam');
INSERT INTO public.rest_loans VALUES (1, 1), (1, 2), (3, 1);
INSERT INTO public.rest_names VALUES (1, NULL, 'T', 'E', 7, 'odd'), (2, 1, 'U', 'F', 8, NULL);
"""
_NO_LIBRARY = """
DROP FUNCTION public.rest_nothing, public.rest_add, public.rest_numbers, public.rest_written_by, public.rest_book,
  public.rest_joined, public.rest_sum, public.rest_echo, public.rest_rename, public.rest_raise, public.rest_setting;
DROP TABLE public.rest_loans, public.rest_readers, public.rest_covers, public.rest_books, public.rest_authors,
  public.rest_names;
"""


@dataclass(frozen=True)
class Caller:
    """Somebody who asks /rest/v1. token: None for no Authorization header at all."""

    stack: Running = field(repr=False)
    client: httpx.Client = field(repr=False)
    token: str | None = field(default=None, repr=False)

    def ask(self, method: str, path: str, *, prefer: str | None = None, **given: Any) -> httpx.Response:
        """path: after /rest/v1. given: json or content, headers that replace the usual ones (None: leave out)."""
        headers = {"apikey": self.stack.anon_key, **given.pop("headers", {})}
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if prefer is not None:
            headers["Prefer"] = prefer
        sent = {name: value for name, value in headers.items() if value is not None}
        return self.client.request(method, f"{self.stack.api_url}/rest/v1{path}", headers=sent, **given)

    def get(self, path: str, **given: Any) -> Any:
        """The rows; the answer must be a success."""
        answer = self.ask("GET", path, **given)
        assert answer.is_success, answer.text
        return answer.json()

    def refused(self, method: str, path: str, **given: Any) -> tuple[int, str]:
        """Status and code; the answer must be an error of the usual form."""
        answer = self.ask(method, path, **given)
        told = answer.json()
        assert answer.status_code >= 300, answer.text
        assert set(told) == {"code", "message", "details", "hint"}, answer.text
        assert told["message"], answer.text
        return answer.status_code, told["code"]

    def with_token(self, token: str | None) -> Caller:
        """The same with another token."""
        return replace(self, token=token)

    def with_claims(self, seconds: int = 3600, **claims: Any) -> Caller:
        """The same with a token of these claims."""
        from stack.tokens import Tokens

        return self.with_token(Tokens(secret=self.stack.jwt_secret).sign(claims, seconds))


@pytest.fixture(scope="session")
def anyone(stack_of: StackOf) -> Iterator[Caller]:
    """A caller without a token, of the shared stack of prod."""
    import httpx

    with httpx.Client(timeout=_SECONDS * unit()) as client:
        yield Caller(stack_of("prod"), client)


@pytest.fixture
def first_user(anyone: Caller) -> Caller:
    """The first person of the stack."""
    return anyone.with_claims(role="authenticated", sub=anyone.stack.users[0]["id"])


@pytest.fixture
def service(anyone: Caller) -> Caller:
    """Whoever has the service key: no policy holds."""
    return anyone.with_token(anyone.stack.service_role_key)


@pytest.fixture(scope="module")
def _library(anyone: Caller) -> Iterator[psycopg.Connection[Any]]:
    import psycopg

    with psycopg.connect(anyone.stack.dsn, autocommit=True) as connection:
        connection.execute(_LIBRARY)
        yield connection
        connection.execute(_NO_LIBRARY)


@pytest.fixture
def library(_library: psycopg.Connection[Any], service: Caller) -> Caller:
    """A caller of tables and functions of the test's own: authors, books, covers, readers, loans, as they begin."""
    _library.execute(_ROWS)
    return service
