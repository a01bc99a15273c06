"""`python -m pgproof COMMAND`."""

import sys

from pgproof.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], program="python -m pgproof"))
