"""PostgreSQL versions beside the one that every set-up brings."""

import pytest

from pgproof.errors import UsageError
from pgproof.postgres import binaries


def require(major: int) -> None:
    """Skip the test, saying how to install it, if this version of PostgreSQL is not installed here."""
    try:
        binaries.find(major)
    except UsageError as missing:
        pytest.skip(str(missing))
