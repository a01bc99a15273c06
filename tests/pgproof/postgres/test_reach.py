"""A database that is not reached: what failed is named, and what to do, by a real server as far as one can be had."""

import datetime
import socket
from contextlib import closing, contextmanager

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from psycopg.conninfo import make_conninfo

from pgproof.errors import UsageError
from pgproof.postgres import connection_errors, private, reach

HOST = "db.example.com"
RULES = """
local all postgres trust
{} all trusted,closed,gone 127.0.0.1/32 trust
{} all asks 127.0.0.1/32 scram-sha-256
"""
AT = 'connection failed: connection to server at "{}", port 5432 failed: '


def certificate(host):
    """A certificate of this host that vouches for itself, and its key, as PEM."""
    now = datetime.datetime.now(datetime.UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return (
        made.public_bytes(serialization.Encoding.PEM).decode(),
        key.private_bytes(serialization.Encoding.PEM, *form).decode(),
    )


def write(connection, text, program):
    """Let the server itself write a file into its data directory, so that the file is its own."""
    query = f"COPY (SELECT unnest(string_to_array(%s, chr(10)))) TO PROGRAM '{program}'"
    psycopg.ClientCursor(connection).execute(query.encode(), [text])


@contextmanager
def listening(kind, *settings):
    """A server on a port of this machine; yields its parameters and certificate. kind: of line in pg_hba.conf."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    ours, key = certificate(HOST)
    with closing(private.acquire()) as started:
        with psycopg.connect(started.conninfo("postgres"), autocommit=True) as connection:
            write(connection, key, "umask 077; cat > server.key")
            write(connection, ours, "cat > server.crt")
            write(connection, RULES.format(kind, kind), "cat > pg_hba.conf")
            for setting in (f"port = {port}", "listen_addresses = '127.0.0.1'", *settings):
                connection.execute(f"ALTER SYSTEM SET {setting}".encode())
            connection.execute("CREATE ROLE asks LOGIN PASSWORD 'right'; CREATE ROLE closed; CREATE ROLE trusted LOGIN")
        # What it listens on is decided when it starts.
        started.crash()
        yield {"host": HOST, "hostaddr": "127.0.0.1", "port": port, "user": "trusted", "dbname": "postgres"}, ours


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory):
    """A server that offers encryption, and a folder with its root certificate and others."""
    with listening("hostssl", "ssl = on") as (parameters, ours):
        folder = tmp_path_factory.mktemp("certificates")
        (folder / "ours.crt").write_text(ours)
        (folder / "another.crt").write_text(certificate(HOST)[0])
        (folder / "empty.crt").write_text("")
        yield parameters, folder


@pytest.fixture(scope="module")
def plain():
    """A server that offers no encryption."""
    with listening("host") as (parameters, _):
        yield parameters


def refusal(parameters, **more):
    """What is said when such a database is not reached; None if it is."""
    try:
        reach.connect(make_conninfo("", **{**parameters, **more}), "prod", "CONNECT_PROD_DSN").close()
    except UsageError as error:
        return str(error).removeprefix(f"prod: cannot connect to {HOST}:{parameters['port']}: ")
    return None


@pytest.mark.parametrize("mode", ["verify-ca", "verify-full"])
def test_a_missing_root_certificate_is_named(encrypted, mode):
    """Without the file of the root certificate it says where that was looked for, and how to name one."""
    parameters, folder = encrypted
    said = refusal(parameters, sslmode=mode, sslrootcert=folder / "none.crt")
    assert said.startswith(
        f"there is no root certificate at {folder}/none.crt; name the file with the root certificate"
    )
    assert "Supabase's dashboard offers it for download" in said
    assert "sslrootcert=system" in said


def test_the_right_root_certificate_is_accepted(encrypted):
    """With the server's root certificate the same connection is made."""
    parameters, folder = encrypted
    assert refusal(parameters, sslmode="verify-full", sslrootcert=folder / "ours.crt") is None


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"sslrootcert": "another.crt"}, "the root certificate does not vouch for the server's; name the file"),
        ({"sslrootcert": "system"}, "the root certificate does not vouch for the server's; name the file"),
        ({"sslrootcert": "empty.crt"}, "empty.crt holds no root certificate; name the file"),
        ({"sslrootcert": "system", "sslmode": "require"}, "sslrootcert=system needs sslmode=verify-full"),
        (
            {"sslrootcert": "ours.crt", "host": "db.example.org"},
            "the server's certificate is for db.example.com, not for db.example.org; use the host name",
        ),
        ({"sslmode": "disable"}, "the server lets nobody in there without encryption; set sslmode=require"),
        ({"sslmode": "require", "user": "nobody"}, "the server lets this role into this database neither from here"),
    ],
)
def test_what_is_wrong_with_the_encryption_is_named(encrypted, more, expected):
    """Each way in which a certificate or the encryption can be wrong has its own sentence."""
    parameters, folder = encrypted
    more = {key: str(folder / value) if value.endswith(".crt") else value for key, value in more.items()}
    assert expected in refusal(parameters, **{"sslmode": "verify-full", **more})


def test_a_server_without_encryption_is_named(plain):
    """A server that offers no encryption is called that."""
    said = refusal(plain, sslmode="require")
    assert said == "the server does not offer the encryption that the DSN asks for; check sslmode"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"user": "asks", "password": "wrong"}, "the password is wrong, or there is no such role; check the DSN"),
        ({"user": "asks"}, "the server asks for a password; put one into the DSN"),
        ({"user": "closed"}, "the role closed may not log in; check the DSN"),
        ({"user": "gone"}, "there is no role gone; check the DSN"),
        ({"dbname": "gone"}, "there is no database gone; check the DSN"),
    ],
)
def test_roles_and_databases_are_told_apart(plain, more, expected):
    """A role, a database and a password that are wrong each have their own sentence."""
    assert refusal(plain, **more) == expected


UNREACHABLE = "{}Network is unreachable\n\tIs the server running on that host and accepting TCP/IP connections?"


# What no server on this machine says, word for word as libpq passes it on.
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (AT.format("3.65.1.1") + "FATAL:  Tenant or user not found", "write the user as ROLE.PROJECT-REF"),
        (
            AT.format("3.65.1.1") + "FATAL:  (ENOTFOUND) tenant/user connect_verifier.abc not found",
            "write the user as ROLE.PROJECT-REF",
        ),
        (
            AT.format("3.65.1.1") + "FATAL:  MaxClientsInSessionMode: max clients reached - in Session mode max clients"
            " are limited to pool_size",
            "the server has no free connection; try again",
        ),
        (
            AT.format("127.0.0.1") + "FATAL:  remaining connection slots are reserved for roles with the SUPERUSER"
            " attribute",
            "the server has no free connection; try again",
        ),
        (
            AT.format("127.0.0.1") + 'FATAL:  too many connections for database "app"',
            'one of 0 lets in superusers only; ALTER DATABASE "app" CONNECTION LIMIT -1',
        ),
        (
            AT.format("127.0.0.1") + 'FATAL:  too many connections for role "connect_verifier"',
            'ALTER ROLE "connect_verifier" CONNECTION LIMIT -1',
        ),
        (AT.format("127.0.0.1") + "FATAL:  sorry, too many clients already", "the server has no free connection"),
        (AT.format("127.0.0.1") + "FATAL:  the database system is starting up", "is starting up; try again"),
        (
            AT.format("127.0.0.1") + "FATAL:  unsupported startup parameter: options",
            "the pooler refuses a setting of the DSN",
        ),
        (UNREACHABLE.format(AT.format("2a05:d014:1c06:5f0c::1")), "Supabase's session pooler has IPv4"),
        (
            UNREACHABLE.format(
                'connection is bad: connection to server at "db.abc.supabase.co" (2a05:d014::1), port 5432 failed: '
            ),
            "Supabase's session pooler has IPv4",
        ),
        (UNREACHABLE.format(AT.format("10.0.0.1")), "this machine has no way to that address; check host and network"),
        (
            'connection is bad: could not translate host name "db.abc.supabase.co" to address: No address associated'
            " with hostname",
            "Where a network has no IPv6, Supabase's session pooler has IPv4",
        ),
        (
            'connection is bad: could not translate host name "db.example.com" to address: Name or service not known',
            "the host name does not resolve; check the DSN",
        ),
        (
            "connection is bad: could not get home directory to locate root certificate file\nEither provide the file,",
            "no root certificate was named; name the file",
        ),
        # Of a host with several addresses, what the server said counts more than an address without a server.
        (
            AT.format("::1") + "Connection refused\n\tIs the server running?\nMultiple connection attempts failed. All"
            f' failures were:\n- {AT.format("127.0.0.1")}FATAL:  password authentication failed for user "u"',
            "the password is wrong",
        ),
        # Unknown words are passed on, without the address, which has been said.
        (AT.format("127.0.0.1") + "FATAL:  the moon is full", "the moon is full"),
        ('connection is bad: invalid sslmode value: "full"', 'invalid sslmode value: "full"'),
        ("", "no reason was given"),
    ],
)
def test_words_of_poolers_and_networks_are_explained(said, expected):
    """What a pooler or the network says is told apart as well."""
    assert expected in connection_errors.why(said)
