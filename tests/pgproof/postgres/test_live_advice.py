"""What a live run's role could only do by a call that the run never makes is advice, and the run starts."""

import pytest

from connect.project import PROJECT
from pgproof.reporting import page, results

LIVE = ("-m", "schema", "--env", "prod", "--live")


@pytest.fixture
def started(run, own_production, as_verifier):
    """Runs the live schema tests as connect_verifier, which must start; returns the lines of advice."""

    def start(*arguments):
        done = run(*LIVE, *arguments, CONNECT_PROD_DSN=as_verifier(own_production))
        assert done.returncode in (0, 1), done.stdout + done.stderr
        return [line for line in done.stdout.splitlines() if "advice: " in line]

    return start


def test_nothing_is_advised_where_nothing_is_open(started):
    """Where only its callers may execute a function, as in this repository's own baseline, there is no advice."""
    assert started() == []


def test_advice_is_in_the_report(started, own_production, connect, tmp_path):
    """What is advised is kept with the results, and stands in the report beside the database."""
    connect(own_production).execute("GRANT EXECUTE ON FUNCTION mark_messages_as_read(uuid, uuid) TO PUBLIC")
    (line,) = started("--results", str(tmp_path / "live.json"))
    kept = results.read(tmp_path / "live.json")
    assert [f"prod: advice: {said}" for said in kept.judged[0].advice] == [line]
    assert kept.judged[0].advice[0].replace("'", "&#39;") in page.render([kept], PROJECT)


@pytest.mark.parametrize("more", [(), ("-n", "2")], ids=["alone", "parallel"])
def test_functions_with_their_owners_rights_are_advice(started, own_production, connect, more):
    """Functions that PUBLIC may execute keep no run from starting; the header names them."""
    connect(own_production).execute("""
      GRANT EXECUTE ON FUNCTION mark_messages_as_read(uuid, uuid) TO PUBLIC;
      CREATE FUNCTION block_user(uuid) RETURNS void SECURITY DEFINER LANGUAGE sql AS 'DELETE FROM chats';
      CREATE FUNCTION harmless(uuid) RETURNS int IMMUTABLE SECURITY DEFINER LANGUAGE sql AS 'SELECT 1';
      CREATE FUNCTION unprivileged(uuid) RETURNS int LANGUAGE sql AS 'SELECT 1';
    """)
    assert started(*more) == [
        "prod: advice: connect_verifier may execute 2 functions that have the owner's rights"
        " (public.block_user(uuid), public.mark_messages_as_read(uuid,uuid)); this run calls none of them"
    ]


def test_what_an_extension_opens_to_everybody_is_advice(started, own_production, connect):
    """What everybody may write of an extension, such as pg_net's queue, no project's owner could revoke."""
    connect(own_production).execute("""
      CREATE SCHEMA net; GRANT USAGE ON SCHEMA net TO PUBLIC;
      CREATE TABLE net.queue (id serial, url text); GRANT ALL ON ALL TABLES IN SCHEMA net TO PUBLIC;
      GRANT ALL ON ALL SEQUENCES IN SCHEMA net TO PUBLIC;
      ALTER EXTENSION plpgsql ADD TABLE net.queue; ALTER EXTENSION plpgsql ADD SEQUENCE net.queue_id_seq;
    """)
    (line,) = started()
    assert line == (
        "prod: advice: connect_verifier, like everybody, may by an extension's grants:"
        " delete, insert, maintain, trigger, truncate, update on net.queue, update, usage on net.queue_id_seq;"
        " this run does not"
    )
