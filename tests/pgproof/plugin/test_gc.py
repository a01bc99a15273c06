"""Python's collector is spared what a run has made by the time that its tests begin."""

import gc


def test_what_was_collected_is_left_out():
    """The tests themselves, among others, are looked at by no later collection."""
    assert gc.get_freeze_count() > 10_000
    assert not any(each is test_what_was_collected_is_left_out for each in gc.get_objects())
