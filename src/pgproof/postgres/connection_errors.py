"""Why a database was not reached, in words that say what to do, from what libpq, a server or a pooler said.

libpq's own words never contain the password. They come without an error code, so only the words tell errors apart.
"""

from __future__ import annotations

import re

_CHECK = "check the DSN"
_ROOT = (
    "name the file with the root certificate by sslrootcert=FILE (Supabase's dashboard offers it for download, in the"
    " settings of the database), or use sslrootcert=system if a public authority signed the server's certificate"
)
_SESSION_POOLER = (
    "Supabase's session pooler has IPv4: copy its host (….pooler.supabase.com, port 5432) from the dashboard, and write"
    " the user as ROLE.PROJECT-REF"
)

# Searched in this order: first what is said last in a connection's course, since a host with several addresses fails
# once for each. \g<1> is the first group.
_KNOWN = (
    # The role and the database.
    (
        r"Tenant or user not found|tenant/user \S+ not found",
        "the pooler knows no such project or role; write the user as ROLE.PROJECT-REF, and copy the host from the"
        " dashboard",
    ),
    (r'role "(.+?)" is not permitted to log in', f"the role \\g<1> may not log in; {_CHECK}"),
    (r'role "(.+?)" does not exist', f"there is no role \\g<1>; {_CHECK}"),
    (r'database "(.+?)" does not exist', f"there is no database \\g<1>; {_CHECK}"),
    (r'permission denied for database "(.+?)"', "the role may not connect to the database \\g<1>; grant it CONNECT"),
    (r"no password supplied", "the server asks for a password; put one into the DSN"),
    # A server does not tell which of the two it is, so that nobody can find out which roles it has.
    (
        r"password authentication failed|[Ww]rong password|SASL authentication failed",
        f"the password is wrong, or there is no such role; {_CHECK}",
    ),
    (
        r'too many connections for database "(.+?)"',
        "the database \\g<1> takes no more connections: its own limit is reached, and one of 0 lets in superusers only;"
        ' ALTER DATABASE "\\g<1>" CONNECTION LIMIT -1, or end some of the connections',
    ),
    (
        r'too many connections for role "(.+?)"',
        "the role \\g<1> may have no more connections: its own limit is reached, and one of 0 lets it in never;"
        ' ALTER ROLE "\\g<1>" CONNECTION LIMIT -1, or end some of the connections',
    ),
    (
        r"too many (clients|connections)|connection slots|[Mm]ax ?clients",
        "the server has no free connection; try again",
    ),
    (r"starting up", "the server is starting up; try again"),
    (
        r"unsupported startup parameter",
        "the pooler refuses a setting of the DSN; leave out options=, or use the session pooler or a direct connection",
    ),
    # Encryption.
    (
        r"no pg_hba.conf entry for .*no encryption|SSL (connection is )?required",
        "the server lets nobody in there without encryption; set sslmode=require or verify-full in the DSN",
    ),
    (
        r"no pg_hba.conf entry for ",
        "the server lets this role into this database neither from here nor in this way; ask who runs it, and"
        " check user, database and sslmode",
    ),
    (r'root certificate file "(.+?)" does not exist', f"there is no root certificate at \\g<1>; {_ROOT}"),
    (r'could not read root certificate file "(.+?)"', f"\\g<1> holds no root certificate; {_ROOT}"),
    (r"home directory to locate root certificate file", f"no root certificate was named; {_ROOT}"),
    (r"weak sslmode .* may not be used with sslrootcert=system", "sslrootcert=system needs sslmode=verify-full"),
    (r"certificate verify failed", f"the root certificate does not vouch for the server's; {_ROOT}"),
    (
        r'server certificate for "(.+?)".* does not match host name "(.+?)"',
        "the server's certificate is for \\g<1>, not for \\g<2>; use the host name that it is for",
    ),
    (r"server does not support SSL", "the server does not offer the encryption that the DSN asks for; check sslmode"),
    # The network.
    (
        r"at \"\S*:\S*\"(?:, port \d+)? failed: (?:Network is unreachable|No route to host)"
        r"|\([0-9a-f:]*:[0-9a-f:.]*\), port \d+ failed: (?:Network is unreachable|No route to host)",
        f"the host has an IPv6 address, and this machine cannot reach it; {_SESSION_POOLER}",
    ),
    (r"Network is unreachable|No route to host", "this machine has no way to that address; check host and network"),
    (
        r"(?:translate host name|resolve host) [\"'](db\.\w+\.supabase\.co)",
        f"the host name does not resolve here; {_CHECK}. Where a network has no IPv6, {_SESSION_POOLER}",
    ),
    (r"could not translate host name|failed to resolve host", f"the host name does not resolve; {_CHECK}"),
    (r"Connection refused", "nothing listens there; check host and port"),
    (
        r"server closed the connection unexpectedly|Connection reset by peer|SSL SYSCALL error|unexpected eof",
        "the connection broke off before anybody was let in; check host and port, and what is in between: a pooler, a"
        " firewall, a VPN",
    ),
    (
        r"No such file or directory\s+Is the server running locally",
        "no server has its socket there; check host and port",
    ),
)


def why(said: str) -> str:
    """Return what an unsuccessful attempt to connect means, and what to do; the words themselves if they are unknown.

    said: the message of the error.
    """
    for pattern, meaning in _KNOWN:
        found = re.search(pattern, said)
        if found:
            return found.expand(meaning)
    line = (said.strip() or "no reason was given").splitlines()[0]
    return re.sub(r"^.*\bfailed: (FATAL: *)?|^connection is bad: ", "", line)
