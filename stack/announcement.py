"""What a running stack prints once it is ready: its addresses, its keys, its people, and what to click."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stack.database import Database
from stack.replica import PASSWORD

if TYPE_CHECKING:
    from stack.replica import Replica
    from stack.tokens import Tokens


@dataclass(frozen=True)
class Announcement:
    """A running stack, described. state: baseline, aligned, or "" if there is no such. api_url, app_url: http://127.0.0.1:PORT.

    db_port: the database's own port, if it has one.
    """

    state: str
    replica: Replica
    tokens: Tokens
    api_url: str
    app_url: str
    db_port: int | None = None

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

        Their names begin with the environment's prefix. DSN is that of the role that can only read, ADMIN_DSN the
        administrator's.
        """
        prefix = f"{self.replica.variables}_"
        people = [user for user in self.replica.users if user["password"] is not None]
        users = ",".join(f"{user['email']}:{user['password']}" for user in people)
        values = self._values()
        # The suite connects as the role that can only read.
        values = {"admin_dsn": values.pop("dsn"), "dsn": values.pop("verifier_dsn"), **values}
        return "\n".join(
            [
                *(f"{prefix}{name.upper()}='{value}'" for name, value in values.items()),
                f"{self.replica.prefix}_E2E_USERS='{users}'",
            ]
        )

    def as_text(self) -> str:
        """Return what a person reads: the addresses, the people and their password, and what to click."""
        values = self._values()
        lines = [
            f"{self.replica.title}{f' ({self.state})' if self.state else ''}, until Ctrl-C\n",
            f"  page      {self.app_url}/chat",
            f"  API       {self.api_url}",
            f"  mail      {values['inbox_url']}",
            f"  database  {values['dsn']}\n",
        ]
        people = [user["email"] for user in self.replica.users if user["password"] is not None]
        if people:
            lines += [f"  people    {', '.join(people)}", f"  password  {PASSWORD}\n"]
        if together := self._together():
            first, second, chat = together
            lines.append(
                f"Open the page in two windows. Click on {first['name']} in one and on {second['name']} in the other, "
                f'open the\nconversation "{chat["name"]}" in both, and write.'
            )
        else:
            lines += [f"  anon key     {values['anon_key']}", f"  service key  {values['service_role_key']}"]
        return "\n".join(lines)

    def page_config(self) -> dict[str, Any]:
        """Return the page's configuration: {"apiUrl", "anonKey", "people": [{"id", "name", "email"}], "password"}.

        The schema has no table of names, so the page is given them.
        """
        people = [
            {"id": user["id"], "name": user["name"], "email": user["email"]}
            for user in self.replica.users
            if user["password"]
        ]
        return {"apiUrl": self.api_url, "anonKey": self.tokens.anon_key, "people": people, "password": PASSWORD}

    def _together(self) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]] | None:
        """Return two people, and a conversation of theirs that has the same name for both; None if there is none."""
        by_id = {user["id"]: user for user in self.replica.users if user["password"] is not None}
        for first in by_id.values():
            for chat in self.replica.chats:
                others = [
                    by_id[member] for member in chat["members"] or [] if member != first["id"] and member in by_id
                ]
                if chat["name"] and first["id"] in chat["members"] and others:
                    return first, others[0], chat
        return None

    def _values(self) -> dict[str, str]:
        values = {
            "dsn": self.replica.database.url("postgres"),
            "verifier_dsn": self.replica.database.url(self.replica.verifier),
            "api_url": self.api_url,
            "anon_key": self.tokens.anon_key,
            "publishable_key": self.tokens.publishable_key,
            "service_role_key": self.tokens.service_role_key,
            "secret_key": self.tokens.secret_key,
            "jwt_secret": self.tokens.secret,
            "app_url": self.app_url,
            "inbox_url": f"{self.api_url}/inbox",
        }
        if self.db_port is not None:
            here = Database({**self.replica.database.parameters, "host": "127.0.0.1", "port": str(self.db_port)})
            values["db_url"] = here.url(self.replica.database.owner or self.replica.database.administrator)
        return values
