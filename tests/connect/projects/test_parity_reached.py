"""On every project both environments can be made to show the identical schema: by the scripts, then by statements."""

import psycopg
import pytest

from connect import alignment
from connect.project import REPLICAS
from connect.schema import SCHEMAS
from pgproof import catalog
from pgproof.scripts import migration
from tests.connect.projects.fix_projects import some_projects

PAIR = (REPLICAS["prod"], REPLICAS["staging"])
SCRIPTS = {
    ("001_schema_alignment.sql", "prod"),
    ("002_function_updates_staging.sql", "staging"),
    ("003_index_alignment.sql", "staging"),
}


@pytest.fixture
def owners(live_project, clone_project, connect):
    """A connection to each environment as the owner, who is not a superuser."""
    with clone_project(live_project.project, "staging", live_project.state) as staging:
        yield {"prod": connect(live_project.dsn()), "staging": connect(staging.dsn())}


def misaligned(owners):
    """What differs now."""
    catalogs = []
    for connection in owners.values():
        catalog.begin_reading(connection)
        catalogs.append(catalog.read(connection, SCHEMAS))
        connection.execute("ROLLBACK")
    return alignment.between(PAIR, tuple(catalogs))


def align(owners, found):
    """Run every statement, in the order in which they are given."""
    for where, statement in dict.fromkeys((each.where, each.statement) for each in found):
        assert statement is not None
        try:
            owners[where].execute(statement)
        except psycopg.Error as error:
            pytest.fail(f"in {where}: {error}\n{statement}")


@pytest.mark.parametrize("live_project", some_projects(environments=["prod"], states=["before"]), indirect=True)
def test_scripts_and_statements_reach_parity(owners):
    """Before, exactly the three scripts are named; then none, and statements do the rest."""
    before = misaligned(owners)
    assert {(each.script, each.where) for each in before if each.script} == SCRIPTS
    for environment in PAIR:
        for script in environment.migrations:
            migration.apply(owners[environment.name], script)
    found = misaligned(owners)
    assert [each.text for each in found if each.script] == []
    align(owners, found)
    assert [each.text for each in misaligned(owners)] == []


def test_what_a_statement_needs_comes_before_it(templates, connect):
    """A policy of one table asks a function that asks another table's new column: all run in the order given."""
    with templates.clone(PAIR[0], "aligned") as prod, templates.clone(PAIR[1], "aligned") as staging:
        owners = {"prod": connect(prod), "staging": connect(staging)}
        owners["prod"].execute("""
            ALTER TABLE public.chats ADD COLUMN open boolean DEFAULT true;
            CREATE FUNCTION public.may_see(p_chat_id uuid) RETURNS boolean
              LANGUAGE sql AS 'SELECT open FROM public.chats WHERE id = p_chat_id';
            CREATE POLICY more ON public.chat_messages FOR SELECT USING (public.may_see(chat_id))""")
        found = misaligned(owners)
        assert len({each.statement for each in found}) >= 3
        align(owners, found)
        assert misaligned(owners) == []
