"""What makes others wait as long as a table is large is found; what is advised instead runs, and is not a finding."""

import tomllib
from pathlib import Path

import pytest

from pgproof.rehearsal import blocking, locking, online, stalling, traffic
from pgproof.rehearsal.steps import Rehearsal
from pgproof.scripts import running, script

# Also what other tools are asked about, by `python -m bench linters`.
HAZARDS = tomllib.loads(Path(__file__).with_name("hazards.toml").read_text(encoding="utf-8"))
BASE, WITH_AN_ONLINE_FORM, WITHOUT_ONE = HAZARDS["base"], HAZARDS["with_an_online_form"], HAZARDS["without_one"]
HARMLESS, EARLIER = HAZARDS["harmless"], HAZARDS["earlier"]


@pytest.fixture(scope="module")
def shop(scratch_server):
    """A database with a few tables, by name."""
    fill = script.parse(Path("base.sql"), BASE)
    with scratch_server.made(scratch_server.start, lambda session: running.run(session, fill)) as name:
        yield name


@pytest.fixture
def footprints(scratch_server, shop):
    """Runs a text and returns what it did, and the findings."""

    def judge(text):
        up = script.parse(Path("up.sql"), f"SET lock_timeout = '5s';\n{text};\n")
        rehearsal = Rehearsal(scratch_server, shop, (up,))
        seen = locking.footprints(rehearsal, (), up)
        with rehearsal.after(()) as database, database.connect() as connection:
            assert running.run(connection, up).failure is None
        return seen, [*locking.judge(seen), *blocking.judge(seen)]

    return judge


@pytest.mark.parametrize("kind", WITH_AN_ONLINE_FORM)
def test_what_is_advised_runs_and_is_no_finding(footprints, kind):
    """The statement is found once; the advice has its names, PostgreSQL accepts it, and nobody waits for it."""
    text, name = WITH_AN_ONLINE_FORM[kind]
    seen, found = footprints(text)
    assert [each.name for each in found] == [name]
    steps = [step for each in seen for form in online.forms(each) for step in form.steps]
    assert steps, found
    assert all(step in found[0].advice for step in steps)
    assert footprints(";\n".join(steps))[1] == []


@pytest.mark.parametrize("kind", WITHOUT_ONE)
def test_where_there_is_no_online_form_it_is_said(footprints, kind):
    """No advice is better than one that PostgreSQL refuses."""
    text, name = WITHOUT_ONE[kind]
    _, found = footprints(text)
    assert [each.name for each in found] == [name]
    assert "there is no online form" in found[0].advice
    assert "then VALIDATE CONSTRAINT" not in found[0].advice


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_nobody_waits_for_is_no_finding(footprints, kind):
    """It looks alike, and reads, builds and rewrites nothing that somebody uses."""
    assert footprints(HARMLESS[kind])[1] == []


@pytest.mark.parametrize("kind", EARLIER)
def test_a_lock_taken_earlier_counts(footprints, kind):
    """What a transaction has locked stays locked until it ends, whatever runs next."""
    _, found = footprints(EARLIER[kind])
    assert [(each.name, each.object) for each in found] == [("blocks-readers", "shop.crates")]


def test_an_objects_name_is_that_of_table_and_index(footprints):
    """What can be accepted by name: the table or its index; partitions by what they belong to."""
    assert footprints(WITH_AN_ONLINE_FORM["index"][0])[1][0].object == "shop.crates shop.crates_place"
    assert footprints(WITH_AN_ONLINE_FORM["index of partitions"][0])[1][0].object == "shop.trips"
    assert footprints("VACUUM FULL")[1][0].object is None


def test_scripts_that_lock_nothing_are_applied_under_traffic(scratch_server, shop):
    """The next script of the chain finds what the one before it made, also after one that gave up."""
    texts = ("CREATE TABLE shop.bins (id int)", "ALTER TABLE shop.bins ADD a int; ALTER TABLE shop.codes ADD a int")
    ups = tuple(script.parse(Path(f"up{n}.sql"), text) for n, text in enumerate(texts))
    (stall,) = stalling.measure(Rehearsal(scratch_server, shop, ups))
    assert (stall.file, stall.failure, stall.errors) == ("up1.sql", None, ())


def test_every_kind_of_relation_has_people_who_use_it(scratch_server, shop):
    """Tables are written and read, views of each kind read, and none of that fails."""
    kinds = {"shop.codes": "r", "shop.trips": "p", "shop.heavy": "m", "shop.seen": "v", "shop.codes_code": "i"}
    people = traffic.on_relations(kinds)
    assert [each.sends for each in people] == [True, False, True, False, False, False]
    with scratch_server.clone(shop) as database:
        with database.connect() as connection:
            connection.execute("CREATE VIEW shop.seen AS SELECT * FROM shop.heavy")
        with traffic.flowing(database, people):
            pass
    assert [error for each in people for error in each.errors] == []
