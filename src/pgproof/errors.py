"""The errors that the tool raises on purpose.

UsageError
    A run is impossible as it was requested, or on this machine. pytest ends with exit code 4, a command with 2.
Inconclusive
    A check could not see what it judges. It counts as failed, never as passed.
"""


class UsageError(Exception):
    """A run is impossible. The text says in one sentence what is wrong and what to do, without DSN, key or token."""


class Inconclusive(Exception):
    """A check has no evidence. The text says in one sentence why it is missing and how to provide it."""


def first_line(error: Exception) -> str:
    """Return the first line of what an error says; the name of its class if it says nothing, as RAISE '' does."""
    said = str(error).strip()
    return said.splitlines()[0] if said else type(error).__name__
