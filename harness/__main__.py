"""`python -m harness COMMAND`: pgproof for Connect, unless another project is named or lies here."""

import sys
from pathlib import Path


def main() -> int:
    """Run a command of pgproof and return its exit code."""
    # For a checkout whose packages are not installed.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
    from connect.paths import ROOT
    from pgproof import cli

    return cli.main(sys.argv[1:], program="python -m harness", default=ROOT)


if __name__ == "__main__":
    sys.exit(main())
