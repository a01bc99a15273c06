"""One scratch server and one planner for all alignments of a module."""

import tempfile
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from connect.paths import ROOT
from pgproof.alignment import building, copies, proving
from pgproof.alignment.copies import Copy
from pgproof.alignment.planner import Planner
from pgproof.alignment.selecting import Selection
from pgproof.alignment.sizes import Sizes


class Aligner:
    """Aligns scratch databases. stack: ends with the module."""

    def __init__(self, stack, server, planner):
        self.stack, self.server, self.planner = stack, server, planner
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))

    def made(self, sql, template=None):
        """The copy of a database that this SQL makes."""
        base = self.stack.enter_context(
            self.server.made(template or self.server.start, lambda session: session.execute(sql.encode()))
        )
        return Copy("a database", base, ())

    def copied(self, origin, project):
        """The copy of an environment."""
        return copies.make(self.stack, self.server, origin, project, self.folder)

    def build(self, a, b, *, only=(), allow_loss=True, sizes=Sizes(assume_small=True), first=None):  # noqa: B008
        """The alignment of B with A."""
        selection = Selection(only)
        return building.build(
            self.server, (a, b), self.planner, selection, allow_loss=allow_loss, first=first, sizes=sizes
        )

    def problems(self, b, built):
        """What the scripts leave undone on a copy of B, and on the way back."""
        return list(proving.on_copies(self.server, b.base, built))


def _aligner(*, supabase):
    with ExitStack() as stack:
        server = stack.enter_context(closing(copies.server(supabase=supabase, version=17)))
        yield Aligner(stack, server, stack.enter_context(Planner([ROOT])))


@pytest.fixture(scope="module")
def aligner():
    """Alignments on a plain server."""
    yield from _aligner(supabase=False)


@pytest.fixture(scope="module")
def hosted_aligner():
    """Alignments on the hosted platform."""
    yield from _aligner(supabase=True)
