"""What is written for the settings of a database and of a role, and that none of it is a secret."""

import pytest

from pgproof.alignment import gaps, planning
from pgproof.catalog import Catalog, differences

OPEN = ["app.page=about", 'search_path="$user", public']
SECRET = ["app.settings.api_key=zzz", "app.settings.jwt_secret=only a word", "pgrst.jwt_secret=zzz"]


def written(kind, settings, other=()):
    """The statements that give an object these settings, where it has the others."""
    catalogs = [Catalog({(kind, "app"): {"settings": list(each)}}, {}) for each in (settings, other)]
    found = differences.between(*catalogs, roles=True)
    return [statement for each in found for statement in gaps.aligning(each, *catalogs)]


@pytest.mark.parametrize("kind", ["database", "role"])
def test_a_setting_that_may_be_a_secret_is_not_written(kind):
    """Those beside it are, and one that must not be there is reset, which tells nothing."""
    made = written(kind, [*OPEN, *SECRET], ["app.settings.api_key=yyy", "app.token=yyy"])
    assert len(made) == len(OPEN) + 1
    assert [each for each in made if "RESET app.token" in each]
    assert not any(word in statement for statement in made for word in ("zzz", "yyy", "only a word"))


def test_a_setting_for_one_role_is_not_written_either():
    """ALTER ROLE … IN DATABASE stands within a text, where nothing else would recognise it."""
    assert written("database", ["app.settings.api_key=zzz for authenticator"]) == []
    (made,) = written("database", ["app.page=about for authenticator"])
    assert "ALTER ROLE authenticator IN DATABASE %I SET app.page TO ''about''" in made


@pytest.mark.parametrize(
    "value",
    [
        "search_path TO ''",
        'search_path TO "$user", "My App", \'it\'\'s, "so"\', public',
        "temp_tablespaces TO ''",
        "DateStyle TO 'ISO, DMY'",
        "app.page TO 'a, b'",
    ],
)
def test_a_setting_reads_as_it_was_set(tried, value):
    """For a role and for one in a database: an empty list, names in quotes, and texts that are not lists."""
    tried.execute("CREATE ROLE app")
    of_app = "setrole = (SELECT oid FROM pg_roles WHERE rolname = 'app')"
    kept = f"SELECT setconfig FROM pg_db_role_setting WHERE {of_app}"
    for kind, target, suffix in (("role", "", ""), ("database", " IN DATABASE %I", " for app")):
        tried.execute(
            f"DO $$ BEGIN EXECUTE format($s$ALTER ROLE app{target} SET {value}$s$, current_database()); END $$"
        )
        (wanted,) = tried.connection.execute(kept).fetchone()
        tried.execute(f"DELETE FROM pg_db_role_setting WHERE {of_app}")
        for statement in written(kind, [f"{each}{suffix}" for each in wanted]):
            tried.execute(statement)
        assert tried.connection.execute(kept).fetchall() == [(wanted,)]
        tried.execute(f"DELETE FROM pg_db_role_setting WHERE {of_app}")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'a', api_key 'zzz')", True),
        ("ALTER FOREIGN TABLE t OPTIONS (SET \"token\" 'zzz')", True),
        ("ALTER SERVER s OPTIONS (__OPTION_TOKEN__ 'x')", True),
        ("ALTER ROLE app SET app.api_key TO 'zzz'", True),
        ("ALTER FOREIGN TABLE t OPTIONS (SET table_name 'tokens', ADD schema_name 'app')", False),
        ("CREATE TABLE app.options (token text DEFAULT 'none', secret text)", False),
    ],
)
def test_a_statement_that_may_hold_a_secret_is_known(sql, expected):
    """By the name of an option or a setting, or by what the planner puts in its place."""
    assert planning.holds_a_secret(sql) is expected
