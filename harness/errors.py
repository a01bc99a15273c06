"""What the harness raises on purpose.

Refusal
    The run was asked for wrongly, or cannot be carried out here (exit code 4).
NotDecided
    A check could not see what it judges; it counts as failed, never as passed.
"""


class Refusal(Exception):
    """One sentence that says what is wrong and what to do. Never holds a DSN, key or token."""


class NotDecided(Exception):
    """One sentence that says why the evidence is missing and how to give it."""
