"""How property tests run where the machine may be busy: no example has to be quick."""

from hypothesis import settings

at_leisure = settings(deadline=None)
