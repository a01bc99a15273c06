"""What the grants say: anon has nothing, PUBLIC calls nothing, and only the functions write what they keep."""

import pytest

from connect.expectations import expect
from connect.schema import SCHEMA, SCHEMAS, TABLES

pytestmark = pytest.mark.own_baseline

FUNCTIONS = tuple(SCHEMA.functions)
DEFINERS = tuple(name for name, function in SCHEMA.functions.items() if function.definer)
INVOKERS = tuple(name for name, function in SCHEMA.functions.items() if not function.definer)
API_ROLES = {"anon", "authenticated", "authenticator"}
# Besides a table's owner: the platform's own administrators.
TRUSTED = {"service_role", "postgres", "supabase_admin", "dashboard_user"}
# Who may own what runs, or is passed by, with its owner's rights.
ADMINISTRATORS = {"postgres", "supabase_admin", "pg_database_owner"}
OWNED = (
    *(f"relation public.{table}" for table in TABLES),
    *(f"schema {schema}" for schema in SCHEMAS),
    *(f"function {function.identity}" for function in SCHEMA.functions.values()),
)
USAGE = {"USAGE"}
ON_SCHEMA = {
    "public": {"anon": USAGE, "authenticated": USAGE, "service_role": USAGE},
    "private": {"authenticated": USAGE, "service_role": USAGE},
}
KEPT = [(name, column) for name, table in SCHEMA.tables.items() for column in table.kept]
FIXED = [(name, column) for name, table in SCHEMA.tables.items() for column in table.fixed]


def granted(snapshot, *things):
    """Who has which privileges on one of these: by grantee."""
    found = {}
    for identity, attributes in snapshot.catalog.of_kind("grant").items():
        thing, _, grantee = identity.rpartition(" to ")
        if thing in things:
            found.setdefault(grantee, set()).update(attributes["privileges"])
    return found


def versions(snapshot, name):
    found = [identity for identity in snapshot.catalog.of_kind("function") if identity.startswith(f"{name}(")]
    expect(f"function {name} is there", bool(found), True)
    return found


def writers(snapshot, table, column, privileges):
    """Who can write a column, besides the owner and the platform's administrators."""
    things = f"relation public.{table}", f"column public.{table}.{column}"
    owner = snapshot.catalog.get("relation", f"public.{table}").get("owner")
    return {
        grantee
        for grantee, has in granted(snapshot, *things).items()
        if grantee not in {owner, *TRUSTED} and {each.split(" with ")[0] for each in has} & privileges
    }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_is_not_for_public_nor_anon(snapshot, name):
    """Neither PUBLIC nor anon may execute the function, in any version of it."""
    for version in versions(snapshot, name):
        found = granted(snapshot, f"function {version}").keys() & {"PUBLIC", "anon"}
        expect(f"PUBLIC or anon executes {version}", found, set())


@pytest.mark.parametrize("name", DEFINERS)
def test_definer_function_pins_its_search_path(snapshot, name):
    """What runs with its owner's rights finds what its author meant, whatever its caller set."""
    for version in versions(snapshot, name):
        function = snapshot.catalog.get("function", version)
        found = (function["security definer"], function["settings"])
        expect(f"{version} (security definer, settings)", found, (True, [f"search_path={SCHEMA.search_path}"]))


@pytest.mark.parametrize("name", INVOKERS)
def test_invoker_function_runs_with_its_callers_rights(snapshot, name):
    """What is not declared as a definer function shows no more of a chat than its caller sees."""
    for version in versions(snapshot, name):
        expect(f"{version} is a definer", snapshot.catalog.get("function", version)["security definer"], False)


@pytest.mark.parametrize("table", TABLES)
def test_anon_and_public_have_nothing(snapshot, table):
    """No privilege on the table or one of its columns belongs to anon or to everybody."""
    columns = [name for name in snapshot.catalog.of_kind("column") if name.startswith(f"public.{table}.")]
    things = [f"relation public.{table}", *(f"column {name}" for name in columns)]
    found = {who: has for who, has in granted(snapshot, *things).items() if who in {"anon", "PUBLIC"}}
    expect(f"privileges of anon or PUBLIC on {table}", found, {})


def test_anon_stays_out_of_private(snapshot):
    """Neither anon nor PUBLIC may even look a name up in schema private."""
    expect("anon or PUBLIC in schema private", granted(snapshot, "schema private").keys() & {"anon", "PUBLIC"}, set())


@pytest.mark.parametrize("table", TABLES)
def test_row_security_is_effective(snapshot, table):
    """Row-level security is on, and not forced on the owner, whose rights the functions need to do their work."""
    relation = snapshot.catalog.get("relation", f"public.{table}")
    found = (relation.get("row security"), relation.get("row security forced"))
    expect(f"{table} (row security, forced on its owner)", found, (True, False))


@pytest.mark.parametrize("thing", OWNED)
def test_owner_is_an_administrator(snapshot, thing):
    """An administrator owns it: its owner passes row-level security by, and is who a definer function runs as."""
    kind, _, identity = thing.partition(" ")
    owner = snapshot.catalog.get(kind, identity).get("owner")
    expect(f"owner of {thing} ({owner}) is an administrator", owner in ADMINISTRATORS, True)


@pytest.mark.parametrize("table", TABLES)
def test_table_privileges_are_as_declared(snapshot, table):
    """The API role may do with the whole table what the front end does, no more and no less, and hand nothing on."""
    found = granted(snapshot, f"relation public.{table}").get("authenticated")
    expect(f"privileges of authenticated on {table}", found, SCHEMA.tables[table].privileges)


@pytest.mark.parametrize("schema", ON_SCHEMA)
def test_schema_privileges_only_look_names_up(snapshot, schema):
    """The API roles look names up; nobody of the API, nor everybody, creates what a function could take for its own."""
    found = granted(snapshot, f"schema {schema}")
    of_the_api = {who: has for who, has in found.items() if who in {*API_ROLES, "service_role"}}
    everybody = found.get("PUBLIC", set()) - (USAGE if schema == "public" else set())
    expect(f"privileges on schema {schema} (API, everybody)", (of_the_api, everybody), (ON_SCHEMA[schema], set()))


@pytest.mark.parametrize("table", TABLES)
def test_nothing_passes_row_security_by(snapshot, table):
    """TRUNCATE asks no policy, and a trigger of one's own sees every row: the API has neither."""
    found = granted(snapshot, f"relation public.{table}")
    strong = {"TRUNCATE", "TRIGGER", "REFERENCES", "MAINTAIN"}
    expect(
        f"{table}: stronger privileges of the API",
        set().union(*map(found.get, found.keys() & API_ROLES)) & strong,
        set(),
    )


@pytest.mark.parametrize(("table", "column"), KEPT)
def test_only_the_functions_write(snapshot, table, column):
    """Nobody but the owner and the service sets the column, in a new row or in an old one."""
    expect(f"writers of {table}.{column}", writers(snapshot, table, column, {"INSERT", "UPDATE"}), set())


@pytest.mark.parametrize(("table", "column"), FIXED)
def test_nobody_rewrites_where_a_row_belongs(snapshot, table, column):
    """Whose row it is, and where it belongs, stays as it was written."""
    expect(f"who changes {table}.{column}", writers(snapshot, table, column, {"UPDATE"}), set())
