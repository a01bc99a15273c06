"""What makes the chat run: settings that its sessions obey, triggers that keep what was written, bodies that work."""

import pytest

from connect.expectations import expect_nothing_wrong
from connect.guide import settings, triggers


@pytest.mark.parametrize("name", settings.SETTINGS)
def test_setting_lets_people_chat(snapshot, name):
    """No role or database sets this so that requests of the API fail, or run without their triggers."""
    wrong, to_do = settings.setting(snapshot.machinery, name) or (None, "")
    expect_nothing_wrong(f"setting {name}", wrong, f"{to_do}; then connect anew (restart the API)")


@pytest.mark.parametrize("table", triggers.KEPT)
def test_no_trigger_breaks_a_write(snapshot, table):
    """No trigger drops, undoes or refuses each ordinary write to the table."""
    wrong, to_do = triggers.breaking(snapshot.catalog, snapshot.machinery, table) or (None, "")
    expect_nothing_wrong(f"triggers of {table}", wrong, to_do)
