"""A rehearsal connects to no other server, whatever its scripts would do."""

from pathlib import Path

import pytest

from pgproof import rehearsal
from pgproof.rehearsal import reaching
from pgproof.scripts import script

FAR = {
    "subscription": "CREATE SUBSCRIPTION s CONNECTION 'host=db.example.com' PUBLICATION p",
    "subscription by default": "CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p WITH (enabled = false)",
    "refreshed": "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
    "dropped": "DROP SUBSCRIPTION s",
    "server": "CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'db.example.com', port '5432')",
    "one of two hosts": "CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'localhost,10.0.0.1')",
    "server in a block": "DO $$ BEGIN IF true THEN CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'x'); END IF;"
    " END $$",
    "server by a text": "DO $$ BEGIN EXECUTE format('CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host %L)', 'x');"
    " END $$",
    "moved": "ALTER SERVER s OPTIONS (SET host '10.0.0.1')",
    "dblink": "SELECT * FROM dblink('host=db.example.com dbname=x', 'SELECT 1') AS t(n int)",
    "dblink in a schema": """SELECT extensions.dblink_exec('postgres://me@db.example.com/x', 'DELETE FROM a')""",
    "connection": "SELECT dblink_connect('there', 'hostaddr=10.0.0.1')",
    "address put together": "SELECT dblink_connect('there', 'host=' || name) FROM public.hosts",
    "address in a variable": "DO $$ DECLARE a text := 'x'; BEGIN PERFORM dblink_exec(a, 'DELETE FROM b'); END $$",
    "trigger": "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM dblink_exec(''host=x'', ''y'');"
    " RETURN new; END'",
    "function that is called": "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT dblink_exec('host=x', 'y')"
    " $$; SELECT public.f()",
    "view": "CREATE VIEW v AS SELECT * FROM dblink('service=there', 'SELECT 1') AS t(n int)",
}
NEAR = {
    "subscription that is off": "CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p WITH (connect = false,"
    " slot_name = NONE)",
    "another word for off": "CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p WITH (connect = off)",
    "server here": "CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1',"
    " dbname 'prod.example.com')",
    "server here, in a block": "DO $$ BEGIN -- CREATE SERVER far\n CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS"
    " (host 'localhost'); END $$",
    "owner in a block": "DO $$ BEGIN ALTER SERVER s OWNER TO postgres; END $$",
    "server without an address": "CREATE SERVER files FOREIGN DATA WRAPPER file_fdw",
    "dblink here": "SELECT dblink_connect('me', 'dbname=x'); SELECT dblink_exec('me', 'UPDATE a SET b = 1')",
    "by a server's name": "SELECT dblink_connect('files')",
    "function for later": "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT dblink_exec('host=x', 'y') $$",
    "comment": "SELECT 1; -- not dblink('host=db.example.com', 'SELECT 1')",
    "rights": "GRANT EXECUTE ON FUNCTION dblink(text) TO public; COMMENT ON TABLE t IS 'not dblink(x)'",
    "a table's name": "CREATE TABLE public.dblink (id int); INSERT INTO public.dblinks (id) VALUES (1)",
}


def found_in(text):
    """What leads elsewhere in a text."""
    return reaching.elsewhere(script.parse(Path("up.sql"), text).statements)


@pytest.mark.parametrize("kind", FAR)
def test_what_leads_to_another_server_is_known(kind):
    """By a subscription, a foreign server or dblink, also where only running it would tell the address."""
    assert len(found_in(FAR[kind])) == 1


@pytest.mark.parametrize("kind", NEAR)
def test_what_stays_here_is_left_alone(kind):
    """It speaks of the same things, and connects to nobody, or to a server on this machine."""
    assert found_in(NEAR[kind]) == []


def test_what_was_not_run_is_not_called_unsafe(scratch_server, tmp_path):
    """What the text alone shows is said, and nothing is decided by it."""
    up = tmp_path / "up.sql"
    up.write_text(FAR["subscription"])
    result = rehearsal.rehearse(rehearsal.Config([], [up], [], supabase=False, one_way=True), scratch_server)
    assert ([each.name for each in result.findings], result.exit_code) == (["outside-transaction"], 2)


@pytest.mark.parametrize("place", ["baseline", "up", "down"])
def test_nothing_is_run_where_one_leads_away(scratch_server, tmp_path, place):
    """Wherever it stands, it is named with its file and line, no check is held, and a password is not repeated."""
    files = {each: tmp_path / f"{each}.sql" for each in ("baseline", "up", "down")}
    for path in files.values():
        path.write_text("CREATE TABLE IF NOT EXISTS public.kept (id int);\n")
    with files[place].open("a") as file:
        file.write("SELECT dblink_exec('host=db.example.com password=geheim', 'DELETE FROM a');\n")
    asked = rehearsal.Config([files["baseline"]], [files["up"]], [files["down"]], supabase=False, sizes=())
    result = rehearsal.rehearse(asked, scratch_server)
    assert (result.exit_code, result.findings, result.checks) == (2, [], {})
    (line,) = result.undecided
    assert line.startswith(
        f"{files[place]}:2: dblink_exec connects to a server that is not known to be on this machine"
    )
    assert "geheim" not in line
