"""The state before the guide's scripts lacks what they add, and nothing else; every project has it in its own style."""

import pytest

from pgproof import catalog
from pgproof.catalog import differences
from tests.connect.projects.fix_projects import some_projects
from tests.connect.projects.layers import OWN, PROJECTS

# This repository's own baseline is before because its scripts were not run; their tests are elsewhere.
OTHERS = [name for name in PROJECTS if name != OWN]
READ = "public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid)"
UNREAD = "public.get_unread_count(p_chat_id uuid, p_user_id uuid)"
SENDER = {"community": "public.ix_messages_of_sender"}
REPLY = {"community": "public.ix_messages_parent"}
# Of the function that returns nothing: settings, comment, who may execute it, cost, arguments with a default, owner.
STYLE = """
SELECT proconfig, obj_description(oid, 'pg_proc'), procost, pronargdefaults, proowner::regrole::text,
  ARRAY(
    SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END
      || CASE WHEN is_grantable THEN ' and further' ELSE '' END
    FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee <> proowner ORDER BY 1
  )
FROM pg_proc WHERE oid = 'public.mark_messages_as_read(uuid, uuid)'::regprocedure
"""
EVERYBODY = ["PUBLIC", "anon", "authenticated", "service_role"]
STYLES = {
    "typical": (
        ["search_path=public"],
        "Called when a chat is opened or scrolled to its end",
        *(100, 0, "postgres", EVERYBODY),
    ),
    "marketplace": (
        ["search_path=public", "lock_timeout=2s"],
        None,
        *(100, 0, "postgres", ["anon", "authenticated", "service_role"]),
    ),
    "community": (
        None,
        None,
        *(500, 0, "postgres", EVERYBODY),
    ),
    "hardened": (
        ['search_path=""'],
        'Reviewed 2026-03-02: caller = p_user_id; see "Read receipts"',
        *(100, 0, "postgres", ["authenticated", "service_role"]),
    ),
    "agency": (
        ["search_path=public, app"],
        None,
        *(100, 0, "agency_owner", ["authenticated and further", "service_role"]),
    ),
    "legacy": (
        None,
        "Marks a chat as read.\nDon't call it from $triggers$.",
        *(100, 1, "postgres", EVERYBODY),
    ),
}


@pytest.fixture
def schema_of(clone_project, connect):
    """Reads the whole catalog of a project in one environment and state."""

    def read(*case):
        with clone_project(*case) as clone:
            connection = connect(clone.dsn())
            catalog.begin_reading(connection)
            return catalog.read(connection)

    return read


def what_differs(left, right):
    """The objects that differ, each with its attributes that do, or None where only one side has it."""
    found = {}
    for each in differences.between(left, right):
        found.setdefault((each.kind, each.identity), set()).add(each.attribute)
    return found


@pytest.mark.parametrize("project", OTHERS)
def test_production_before_lacks_two_not_nulls_and_an_index(project, schema_of):
    """001 adds just that."""
    assert what_differs(schema_of(project, "prod", "before"), schema_of(project, "prod", "aligned")) == {
        ("column", "public.chat_participants.chat_id"): {"not null"},
        ("column", "public.chat_participants.user_id"): {"not null"},
        ("index", SENDER.get(project, "public.idx_chat_messages_sender_id")): {None},
    }


@pytest.mark.parametrize("project", OTHERS)
def test_staging_before_differs_in_two_functions_and_an_index(project, schema_of):
    """002 and 003 add that; whatever else differs belongs to mark_messages_as_read."""
    found = what_differs(schema_of(project, "staging", "before"), schema_of(project, "staging", "aligned"))
    assert found.pop(("function", UNREAD)) == {None}
    assert found.pop(("index", REPLY.get(project, "public.idx_chat_messages_reply_to"))) == {None}
    assert {"result", "body"} <= found.pop(("function", READ))
    assert [key for key in found if not (key[0] == "grant" and READ in key[1])] == []


@pytest.mark.parametrize(
    "live_project", some_projects(OTHERS, environments=["staging"], states=["before"]), indirect=True
)
def test_the_function_to_be_replaced_has_a_style_that_a_rollback_must_bring_back(live_project, connect):
    """Settings, comment, cost, default, owner and grants are the project's own."""
    assert connect(live_project.dsn()).execute(STYLE).fetchone() == STYLES[live_project.project]


def test_an_environment_may_differ_for_good(schema_of):
    """Aligned does not mean the same: two projects differ in what no script of the guide touches, the others do not."""
    apart = {
        name: what_differs(schema_of(name, "prod", "aligned"), schema_of(name, "staging", "aligned")) for name in OTHERS
    }
    assert {name: found for name, found in apart.items() if found} == {
        "agency": {
            ("index", "public.tried_once"): {None},
            ("policy", "public.chat_messages message_edit_by_sender"): {None},
            ("policy", "public.chat_messages message_editors"): {None},
        },
        "legacy": {
            ("column", "public.chat_messages.chat_id"): {"not null"},
            ("column", "public.chat_messages.sender_id"): {"not null"},
        },
    }
