"""The value of a setting follows the order in which PostgreSQL and the API apply what roles and databases have."""

import pytest

from pgproof.machinery.reading import Machinery, Setting
from pgproof.machinery.settings import at_login, in_request, milliseconds

OF_ALL = Setting("", False, "a", "1")
OF_DATABASE = Setting("", True, "a", "2")
OF_ROLE = Setting("door", False, "a", "3")
OF_ROLE_HERE = Setting("door", True, "a", "4")
OF_CALLER = Setting("caller", False, "a", "5")
OF_CALLER_HERE = Setting("caller", True, "a", "6")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ((), None),
        ((OF_ALL,), OF_ALL),
        ((OF_ALL, OF_DATABASE), OF_DATABASE),
        ((OF_DATABASE, OF_ROLE), OF_ROLE),
        ((OF_ROLE, OF_ROLE_HERE), OF_ROLE_HERE),
        ((OF_CALLER,), None),
    ],
)
def test_the_narrowest_setting_counts_at_login(settings, expected):
    """A role in this database goes before the role, the database and all."""
    assert at_login(Machinery(settings), "a", "door") == expected


@pytest.mark.parametrize("allowed", [True, False])
def test_a_request_has_what_its_role_has_if_the_door_may_set_it(allowed):
    """What only a superuser may set stays as it was at login, and a setting in one database is not applied."""
    may_set = frozenset([("door", "a")] if allowed else [])
    found = in_request(Machinery((OF_ROLE, OF_CALLER, OF_CALLER_HERE), may_set), "a", "door", "caller")
    assert found == (OF_CALLER if allowed else OF_ROLE)


@pytest.mark.parametrize(
    ("value", "expected"), [("8s", 8000), ("100", 100), ("1min", 60_000), ("0", 0), ("0.5s", 500), ("x", None)]
)
def test_a_duration_has_the_unit_of_milliseconds(value, expected):
    """A number without a unit is in milliseconds."""
    assert milliseconds(value) == expected


def test_what_takes_a_setting_back_is_told():
    """Each is reset where it is set."""
    assert OF_DATABASE.reset == "ALTER DATABASE {database} RESET a"
    assert OF_ROLE_HERE.reset == "ALTER ROLE door IN DATABASE {database} RESET a"
    assert OF_ALL.reset == "ALTER ROLE ALL RESET a"
