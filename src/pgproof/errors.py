"""The errors that the tool raises on purpose.

UsageError
    The run was asked for wrongly, or cannot be carried out here (exit code 4; 2 of a command).
Inconclusive
    A check could not see what it judges; it counts as failed, never as passed.
"""


class UsageError(Exception):
    """One sentence that says what is wrong and what to do. Never holds a DSN, key or token."""


class Inconclusive(Exception):
    """One sentence that says why the evidence is missing and how to give it."""
