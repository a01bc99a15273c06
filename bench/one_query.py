"""Leases a server and asks it one question; prints the seconds that took, the start of Python left out."""

from __future__ import annotations

import time


def main() -> None:
    """Import what it needs within the measured time: a run that asks a question imports it too."""
    began = time.perf_counter()
    from pgproof.postgres import acquire

    server = acquire()
    # After it, so that the floor gains as well if the harness imports this while the server starts.
    import psycopg

    with psycopg.connect(server.conninfo("postgres"), autocommit=True) as connection:
        connection.execute("SELECT 1").fetchone()
    print(time.perf_counter() - began)
    server.close()


if __name__ == "__main__":
    main()
