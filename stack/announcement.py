"""What a running stack prints once it is ready: its addresses, its keys, its people, and what to click."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stack.replica import PASSWORD

if TYPE_CHECKING:
    from stack.replica import Replica
    from stack.tokens import Tokens


@dataclass(frozen=True)
class Announcement:
    """A running stack, described. state: baseline or aligned. api_url, app_url: http://127.0.0.1:PORT."""

    state: str
    replica: Replica
    tokens: Tokens
    api_url: str
    app_url: str

    def as_json(self) -> str:
        """Return one line of JSON; scripts depend on its keys (dsn, api_url, anon_key, …, users, chats)."""
        return json.dumps(
            {
                **self._values(),
                "users": [{key: user[key] for key in ("id", "email", "password")} for user in self.replica.users],
                "chats": [{"id": chat["id"], "name": chat["name"]} for chat in self.replica.chats],
            },
            ensure_ascii=False,
        )

    def as_dotenv(self) -> str:
        """Return the same values as variables, one a line, for `set -a; . FILE` and for .env files.

        Their names begin with the environment's prefix, and the DSN is that of the role that can only read.
        """
        prefix = f"{self.replica.variables}_"
        users = ",".join(f"{user['email']}:{user['password']}" for user in self.replica.users)
        values = self._values()
        # The suite connects as the role that can only read.
        values["dsn"] = values.pop("verifier_dsn")
        return "\n".join(
            [
                *(f"{prefix}{name.upper()}='{value}'" for name, value in values.items()),
                f"{self.replica.prefix}_E2E_USERS='{users}'",
            ]
        )

    def as_text(self) -> str:
        """Return what a person reads: the addresses, the people and their password, and what to click."""
        first, second, chat = self._together()
        return f"""\
{self.replica.title} ({self.state}), until Ctrl-C

  page      {self.app_url}/chat
  API       {self.api_url}
  database  {self._values()["dsn"]}

  people    {", ".join(user["email"] for user in self.replica.users)}
  password  {PASSWORD}

Open the page in two windows. Click on {first["name"]} in one and on {second["name"]} in the other, open the
conversation "{chat["name"]}" in both, and write."""

    def page_config(self) -> dict[str, Any]:
        """Return the page's configuration: {"apiUrl", "anonKey", "people": [{"id", "name", "email"}], "password"}.

        The schema has no table of names, so the page is given them.
        """
        people = [{"id": user["id"], "name": user["name"], "email": user["email"]} for user in self.replica.users]
        return {"apiUrl": self.api_url, "anonKey": self.tokens.anon_key, "people": people, "password": PASSWORD}

    def _together(self) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        """Return two people, and a conversation of theirs that has the same name for both."""
        by_id = {user["id"]: user for user in self.replica.users}
        first = self.replica.users[0]
        for chat in self.replica.chats:
            others = [by_id[member] for member in chat["members"] if member != first["id"]]
            if chat["name"] and first["id"] in chat["members"] and others:
                return first, others[0], chat
        raise AssertionError("the sample data have no named group that their first person shares with somebody")

    def _values(self) -> dict[str, str]:
        return {
            "dsn": self.replica.database.url("postgres"),
            "verifier_dsn": self.replica.database.url(self.replica.verifier),
            "api_url": self.api_url,
            "anon_key": self.tokens.anon_key,
            "publishable_key": self.tokens.publishable_key,
            "service_role_key": self.tokens.service_role_key,
            "jwt_secret": self.tokens.secret,
            "app_url": self.app_url,
        }
