"""What a failed check of the schema tells a person to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from connect.schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable

    from pgproof.environments import Environment


@pytest.fixture
def script_of(environment: Environment) -> Callable[[str, str], str | None]:
    """Returns the script of sql/ that brings an object about in this environment; None if it was there before."""
    ours = {path.name for path in environment.migrations}

    def find(kind: str, name: str) -> str | None:
        script = SCHEMA.script_of(kind, name)
        return script if script in ours else None

    return find
