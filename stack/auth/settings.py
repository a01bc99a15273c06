"""How the auth service behaves, as a project's settings say it."""

from __future__ import annotations

from dataclasses import dataclass

PATH = "/auth/v1"


@dataclass(frozen=True)
class Settings:
    """One project's settings. api_url, site_url: of the API, and of the page that links in mails lead to.

    token_seconds: how long an access token is valid. anonymous: whether people may sign in without saying who they are.
    confirm: whether a new address has to be confirmed by mail before it can sign in.
    """

    api_url: str
    site_url: str
    token_seconds: int = 3600
    anonymous: bool = False
    confirm: bool = False

    @property
    def issuer(self) -> str:
        """The claim iss of the tokens, which is the address of the service."""
        return self.api_url + PATH
