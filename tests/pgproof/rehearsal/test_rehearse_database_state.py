"""Roles, passwords, settings and grants that lie outside a database's schemas are part of what a script may change."""

from pathlib import Path

import pytest

from pgproof import rehearsal

CASES = Path(__file__).with_name("cases")


def test_a_role_that_a_script_makes_is_part_of_the_state(scratch_server, tmp_path):
    """A role belongs to the whole server, and counts all the same."""
    up, down = tmp_path / "up.sql", tmp_path / "down.sql"
    up.write_text("CREATE ROLE rehearsed_role;")
    down.write_text("SELECT 1;")
    result = rehearsal.rehearse(
        rehearsal.Config([CASES / "baseline.sql"], [up], [down], supabase=False), scratch_server
    )
    assert {"not-idempotent", "not-reversible"} <= {each.name for each in result.findings}
    assert any("rehearsed_role" in each.what for each in result.findings)


def test_the_rights_of_a_role_are_part_of_the_state(scratch_server, tmp_path):
    """What changes of a role that was there is named; a password by that there is one."""
    baseline, up, down = (tmp_path / f"{name}.sql" for name in ("baseline", "up", "down"))
    baseline.write_text("CREATE ROLE rehearsed_reader; CREATE ROLE rehearsed_group ROLE rehearsed_reader;")
    up.write_text(
        "ALTER ROLE rehearsed_reader PASSWORD 'geheim'; GRANT rehearsed_group TO rehearsed_reader WITH ADMIN OPTION;"
        "GRANT SET ON PARAMETER log_statement TO rehearsed_reader;"
    )
    down.write_text("SELECT 1;")
    result = rehearsal.rehearse(rehearsal.Config([baseline], [up], [down], supabase=False, sizes=()), scratch_server)
    left = [each.what for each in result.findings if each.name == "not-reversible"]
    assert left == [
        "after up and down: membership of rehearsed_reader in rehearsed_group: ADMIN OPTION only in the state after; "
        "role rehearsed_reader: rights on parameters: SET on log_statement only in the state after; "
        "role rehearsed_reader: password only in the state after"
    ]


def _ways(tmp_path, baseline, up, down):
    """The rehearsal of three short texts."""
    files = [tmp_path / f"{name}.sql" for name in ("baseline", "up", "down")]
    for path, text in zip(files, (baseline, up, down), strict=True):
        path.write_text(text)
    return rehearsal.Config(*([path] for path in files), supabase=False, sizes=())


def test_another_password_is_told_without_it(scratch_server, tmp_path):
    """A password that is not what it was is a difference, and none of the two is shown."""
    asked = _ways(
        tmp_path,
        "CREATE ROLE rehearsed_writer PASSWORD 'alter Schlüssel';",
        "ALTER ROLE rehearsed_writer PASSWORD 'neuer Schlüssel';",
        "SELECT 1;",
    )
    result = rehearsal.rehearse(asked, scratch_server)
    left = [each.what for each in result.findings if each.name == "not-reversible"]
    assert len(left) == 1
    assert left[0].endswith("role rehearsed_writer: password another one")
    assert "Schlüssel" not in repr(result)
    assert "not-idempotent" not in {each.name for each in result.findings}


def test_a_role_that_is_given_back_all_it_had_is_reversible(scratch_server, tmp_path):
    """Password, comment, attributes and connection limit are compared, and may come back."""
    asked = _ways(
        tmp_path,
        "CREATE ROLE rehearsed_writer PASSWORD 'alter Schlüssel'; COMMENT ON ROLE rehearsed_writer IS 'writes';",
        "BEGIN; SET LOCAL lock_timeout = '2s';"
        "ALTER ROLE rehearsed_writer PASSWORD 'neuer Schlüssel' NOINHERIT CONNECTION LIMIT 4;"
        "COMMENT ON ROLE rehearsed_writer IS 'writes more'; COMMIT;",
        "BEGIN; SET LOCAL lock_timeout = '2s';"
        "ALTER ROLE rehearsed_writer PASSWORD 'alter Schlüssel' INHERIT CONNECTION LIMIT -1;"
        "COMMENT ON ROLE rehearsed_writer IS 'writes'; COMMIT;",
    )
    assert [each.name for each in rehearsal.rehearse(asked, scratch_server).findings] == []


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ("COMMENT ON ROLE rehearsed_writer IS 'boss'", "boss"),
        ("ALTER ROLE rehearsed_writer CONNECTION LIMIT 9", "9"),
        ("ALTER ROLE rehearsed_writer VALID UNTIL '2040-01-01'", "2040-01-01"),
        ("ALTER ROLE rehearsed_writer CREATEROLE", "CREATEROLE"),
        ("ALTER ROLE rehearsed_writer SET work_mem = '8MB'", "work_mem=8MB"),
        ("GRANT pg_monitor TO rehearsed_writer", "pg_monitor"),
    ],
)
def test_what_a_role_has_is_part_of_the_state(scratch_server, tmp_path, change, left):
    """Comment, attributes, memberships and settings of a role that was there before."""
    asked = _ways(tmp_path, "CREATE ROLE rehearsed_writer;", f"{change};", "SELECT 1;")
    result = rehearsal.rehearse(asked, scratch_server)
    assert any(left in each.what for each in result.findings if each.name == "not-reversible"), result


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (
            "GRANT SELECT ON pg_authid TO PUBLIC",
            "changed grant relation pg_authid to PUBLIC: only in the state after: added SELECT",
        ),
        (
            "REVOKE EXECUTE ON FUNCTION pg_sleep FROM PUBLIC",
            "changed grant function pg_sleep(double precision) to PUBLIC: only in the state after: revoked EXECUTE",
        ),
        (
            "GRANT ALL ON pg_am TO PUBLIC; REVOKE INSERT ON pg_am FROM PUBLIC",
            "changed grant relation pg_am to PUBLIC: only in the state after: "
            "added DELETE, MAINTAIN, REFERENCES, TRIGGER, TRUNCATE, UPDATE",
        ),
        ("ALTER ROLE ALL SET work_mem = '8MB'", "role ALL: settings: work_mem=8MB only in the state after"),
    ],
)
def test_what_lies_outside_the_schemas_is_part_of_the_state(tmp_path, change, left):
    """Whom the system's own objects are opened to, and the settings of every role."""
    up, down = tmp_path / "up.sql", tmp_path / "down.sql"
    up.write_text(f"{change};")
    down.write_text("SELECT 1;")
    # On a server of its own: a setting of every role stays there.
    result = rehearsal.rehearse(rehearsal.Config([CASES / "baseline.sql"], [up], [down], supabase=False, sizes=()))
    assert [each.what for each in result.findings if each.name == "not-reversible"] == [f"after up and down: {left}"]


def test_a_right_that_is_given_back_leaves_nothing(scratch_server, tmp_path):
    """A list of grants that says what holds anyway is not a difference."""
    up, down = tmp_path / "up.sql", tmp_path / "down.sql"
    up.write_text("REVOKE EXECUTE ON FUNCTION pg_sleep FROM PUBLIC;")
    down.write_text("GRANT EXECUTE ON FUNCTION pg_sleep TO PUBLIC;")
    result = rehearsal.rehearse(
        rehearsal.Config([CASES / "baseline.sql"], [up], [down], supabase=False, sizes=()), scratch_server
    )
    assert result.findings == []
