"""No secret and no row is in the files of a record, and yet each secret that changes is named."""

import pytest

from connect.project import PROJECT
from pgproof import catalog, record
from pgproof.record import sealing
from pgproof.record.folder import Place
from tests.pgproof.secret_cases import IN_STATEMENTS, ORDINARY
from tests.pgproof.secret_cases import SECRETS as RECOGNISED

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.c2lnbmF0dXJlLW9mLWl0"
OTHER = TOKEN.replace("c2ln", "d3lo")
CALL = 'PERFORM net.http_post(headers => \'{"apikey": "%s"}\')'
FUNCTION = f"""
CREATE OR REPLACE FUNCTION public.call() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN {CALL}; RETURN NEW; END $f$"""
HOOK = (
    "CREATE OR REPLACE TRIGGER hook AFTER INSERT ON public.chats FOR EACH ROW EXECUTE FUNCTION"
    " public.call('https://example.com', '{\"Authorization\": \"Bearer %s\"}')"
)
SETTING = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %%I SET app.jwt_secret = %%L', current_database(), '%s'); END $$"
MAPPING = "ALTER USER MAPPING FOR PUBLIC SERVER s OPTIONS (SET password '%s')"
LINK = "COMMENT ON TABLE public.chats IS 'copied from postgres://copier:%s@example.com/db'"
# Each secret: the statement that puts it there, the secret before and after, and the line that names the change.
SECRETS = {
    "function": (FUNCTION, TOKEN, OTHER, "function public.call(): body differ; they may hold secrets"),
    "trigger": (HOOK, TOKEN, OTHER, "trigger public.chats hook: definition differ; they may hold secrets"),
    "setting": (SETTING, "geheim-1", "geheim-2", "database compared: settings differ; they may hold secrets"),
    "user mapping": (MAPPING, "geheim-1", "geheim-2", "user mapping s for PUBLIC: options differ"),
    "address": (LINK, "geheim-1", "geheim-2", "relation public.chats: comment differ"),
}


@pytest.fixture
def database(own_production, connect):
    """An administrator's connection to a database with all these secrets."""
    connection = connect(own_production)
    connection.execute("SET search_path = pg_catalog")
    connection.execute("CREATE FOREIGN DATA WRAPPER f; CREATE SERVER s FOREIGN DATA WRAPPER f")
    connection.execute("CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (password '')")
    for statement, before, _, _ in SECRETS.values():
        connection.execute((statement % before).encode())
    return connection


@pytest.fixture
def secret_record(tmp_path, database):
    """Where it is recorded."""
    found = Place.of(PROJECT, tmp_path, "prod")
    found.write(record.of(catalog.read(database), PROJECT))
    return found


def test_no_file_holds_a_secret(secret_record):
    """Tokens, passwords and the values of a project's own settings are not in any file; what holds them is."""
    text = "\n".join(file.read_text() for file in secret_record.path.iterdir())
    assert [word for word in (TOKEN, TOKEN.split(".")[1], "geheim") if word in text] == []
    assert "app.jwt_secret=***" in text
    assert "postgres://copier:***@example.com/db" in text
    assert 'user mapping"."s for PUBLIC' in text


def test_no_file_holds_a_row(secret_record, database):
    """Nothing that people wrote to each other, no name and no identifier of theirs is in any file."""
    text = "\n".join(file.read_text() for file in secret_record.path.iterdir())
    rows = database.execute(
        "SELECT message_text FROM public.chat_messages UNION SELECT id::text FROM public.chat_messages"
        " UNION SELECT id::text FROM auth.users UNION SELECT email FROM auth.users"
    ).fetchall()
    assert len(rows) > 300
    assert [value for (value,) in rows if value and len(value) > 3 and value in text] == []


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_that_changed_is_named_without_being_shown(secret_record, database, name):
    """Another secret in the same place is a change; neither the line nor anything else shows one of the two."""
    statement, before, after, line = SECRETS[name]
    database.execute((statement % after).encode())
    (said,) = record.changes(secret_record.read(), record.of(catalog.read(database), PROJECT))
    assert line.removeprefix("relation ") in said
    assert before not in said
    assert after not in said


@pytest.mark.parametrize("name", [*RECOGNISED, *IN_STATEMENTS])
def test_what_looks_like_a_secret_is_not_recorded(name):
    """It is in no attribute of a sealed catalog; a fingerprint stands beside the text."""
    text, secret = {**RECOGNISED, **IN_STATEMENTS}[name]
    sealed = sealing.seal(catalog.Catalog({("function", "public.f()"): {"body": text, "volatility": "s"}}))
    attributes = sealed.get("function", "public.f()")
    assert secret not in str(attributes)
    assert "***" in attributes["body"]
    assert attributes["secret body"].startswith("scrypt:")


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_recorded_as_it_is(text):
    """What holds no secret can be read, and needs no fingerprint."""
    found = catalog.Catalog({("function", "public.f()"): {"body": text}})
    assert sealing.seal(found).objects == found.objects
