"""`python -m harness COMMAND`: pgproof for Connect, unless another project is named or lies here."""

import sys
from pathlib import Path

_SOURCES = Path(__file__).resolve().parent.parent / "src"
if _SOURCES.is_dir():
    # In a checkout that was not installed.
    sys.path.insert(0, str(_SOURCES))

from connect.paths import ROOT  # noqa: E402 - found by the line above
from pgproof.cli import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], program="python -m harness", default=ROOT))
