"""Leases a server and asks it one question; prints how many seconds that took, without the start of Python."""

from __future__ import annotations

import time


def main() -> None:
    """Measure and print. The imports count, because a run that asks a question needs them too."""
    began = time.perf_counter()
    from pgproof.postgres import acquire

    server = acquire()
    # After it, so that the floor gains as well if the tool imports this while the server starts.
    import psycopg

    with psycopg.connect(server.conninfo("postgres"), autocommit=True) as connection:
        connection.execute("SELECT 1").fetchone()
    print(time.perf_counter() - began)
    server.close()


if __name__ == "__main__":
    main()
