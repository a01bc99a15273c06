"""Puts a sentence before what only an engineer of this project would understand."""

from __future__ import annotations


def of(error: Exception, states: str) -> str | None:
    """Return the message that an error should have instead, None if its own begins with a sentence.

    states: what the test states, in one sentence.
    """
    from playwright.sync_api import Error

    from pgproof.browser import acting

    said = str(error)
    if isinstance(error, Error):
        return f"{acting.sentence(error.message)}\nthe test states: {states}\n{said}"
    if isinstance(error, AssertionError) and (not said or said.startswith("assert ")):
        return f"this is not so: {states.rstrip('.')}\n{said}"
    return None
