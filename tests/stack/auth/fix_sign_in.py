"""Asking a stack's auth service, request by request."""

from __future__ import annotations

import uuid
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from connect.embedded_stack import Running, StackOf

PASSWORD = "long-enough"


class Caller:
    """Somebody with the anon key, who gets every answer as it is. Bearer: an access token."""

    def __init__(self, stack: Running) -> None:
        import httpx

        self.stack = stack
        self._client = httpx.Client(base_url=f"{stack.api_url}/auth/v1", headers={"apikey": stack.anon_key})

    def ask(
        self, method: str, path: str, body: Any = None, bearer: str | None = None, **headers: str
    ) -> httpx.Response:
        known = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
        return self._client.request(method, path, json=body, headers={**known, **headers})

    def send(self, path: str, content: bytes) -> httpx.Response:
        """POST these bytes as they are."""
        return self._client.post(path, content=content)

    def sign_up(self, **more: Any) -> dict[str, Any]:
        """A new user's session."""
        body = {"email": f"{uuid.uuid4()}@example.com", "password": PASSWORD, **more}
        session: dict[str, Any] = self.ask("POST", "/signup", body).json()
        return session

    def sign_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        return self.ask("POST", "/token?grant_type=password", {"email": email, "password": password})

    def refresh(self, token: str) -> httpx.Response:
        return self.ask("POST", "/token?grant_type=refresh_token", {"refresh_token": token})

    def close(self) -> None:
        self._client.close()


def refused(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["error_code"]


@pytest.fixture
def caller(stack_of: StackOf) -> Iterator[Caller]:
    """A caller of a stack that all tests share."""
    with closing(Caller(stack_of("prod"))) as caller:
        yield caller
