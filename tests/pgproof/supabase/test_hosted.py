"""What a hosted project has before its owner writes anything, as its owner meets it."""

import base64
import hashlib
import hmac
import tomllib
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from pgproof.rehearsal.scratch_server import ScratchServer
from pgproof.scripts import running, script
from pgproof.supabase import hosted
from pgproof.supabase.hosted import stand_ins

FEATURES = tomllib.loads(Path(__file__).with_name("features.toml").read_text())


@pytest.fixture
def hosted_project(supabase_server):
    """A database of one project."""
    with supabase_server.clone(supabase_server.start) as database:
        yield database


@pytest.mark.parametrize("name", sorted(FEATURES))
def test_a_hosted_project_has_it(hosted_project, name):
    """Its owner can use it, is refused in the words of the server, or is told which extension is not here."""
    feature = FEATURES[name]
    used = script.parse(Path("up.sql"), feature["works"])
    available = {found for (found,) in hosted_project.observer().execute("SELECT name FROM pg_available_extensions")}
    if "pgcrypto" not in available:
        pytest.skip("this build of the server has no contrib")
    missing = list(stand_ins.missing([used], available))
    if "named" in feature:
        assert len(missing) == 1
        assert f"creates the extension {feature['named']}," in missing[0]
        return
    assert missing == []
    with hosted_project.connect() as session:
        failure = running.run(session, used).failure
    assert (None if failure is None else failure.message) == feature.get("refused")
    told = list(stand_ins.notes([used], available, ()))
    assert [note.split()[0] for note in told] == ([feature["stand_in"]] if "stand_in" in feature else [])


def test_uuids_made_from_names_are_those_of_the_standard(hosted_project):
    """RFC 9562's own examples of versions 3 and 5; version 1 holds the time and is not the same twice."""
    named = (
        "SELECT uuid_generate_v3(uuid_ns_dns(), 'www.example.com'), uuid_generate_v5(uuid_ns_dns(), 'www.example.com')"
    )
    assert [
        str(each) for each in hosted_project.observer().execute(named.replace("uuid_", "extensions.uuid_")).fetchone()
    ] == [
        "5df41881-3aed-3515-88a7-2f4a814cf09e",
        "2ed6657d-e927-568b-95e1-2665a8aea6a2",
    ]
    timed = "SELECT extensions.uuid_generate_v1(), extensions.uuid_generate_v1mc()"
    one, other = hosted_project.observer().execute(timed).fetchone()
    assert (one.version, other.version) == (1, 1)
    assert one != other


def test_the_signature_of_a_token_is_the_one_that_others_compute(hosted_project):
    """What pgjwt's stand-in signs is signed as by any JWT library."""
    with hosted_project.connect() as session:
        session.execute("CREATE EXTENSION pgjwt WITH SCHEMA extensions")
        (token,) = session.execute("SELECT sign('{\"sub\":\"1\"}', 'key')").fetchone()
        assert session.execute("SELECT valid FROM verify(%s, 'other')", [token]).fetchone() == (False,)
    signed, _, signature = token.rpartition(".")
    digest = hmac.new(b"key", signed.encode(), hashlib.sha256).digest()
    assert signature == base64.urlsafe_b64encode(digest).decode().rstrip("=")


@pytest.mark.parametrize("automatic", [False, True])
def test_new_tables_are_granted_to_the_api_only_by_the_older_default(pytestconfig, automatic):
    """Today's projects grant nothing on what is made in public; older ones grant everything."""
    seed = hosted.seed(automatic_grants=automatic)
    with (
        closing(ScratchServer(pytestconfig.option.pg_version, seed=seed, owner=hosted.OWNER)) as server,
        server.clone(server.start) as database,
        database.connect() as session,
    ):
        session.execute("CREATE TABLE public.polls (id int)")
        asked = "SELECT has_table_privilege('anon', 'public.polls', 'SELECT')"
        assert session.execute(asked).fetchone() == (automatic,)


def test_the_owner_is_no_superuser_and_a_policy_leaves_it_no_rights(hosted_project):
    """What supautils lends for one statement is gone after it, whether the statement succeeds or fails."""
    with hosted_project.connect() as session:
        session.execute("CREATE POLICY all_of_it ON storage.objects USING (false)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="must be owner of relation flow_state"):
            session.execute("CREATE POLICY all_of_it ON auth.flow_state USING (false)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="must be owner of"):
            session.execute("DROP TABLE storage.objects")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="must be owner of"):
            session.execute("COMMENT ON TABLE auth.users IS 'mine'")
        query = (
            "SELECT rolsuper, pg_has_role('supabase_auth_admin', 'MEMBER') FROM pg_roles WHERE rolname = current_user"
        )
        assert session.execute(query).fetchone() == (False, False)
