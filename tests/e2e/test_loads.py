"""The page is loaded several times in a row, as `--loads` says, since one that hangs now and then hangs in few."""

from connect.scenario import loads

# Enough to see one that always hangs; more are asked for by --loads.
USUAL = 2


def test_no_load_hangs(onlooker, pytestconfig, record_property):
    """Each time the list is there within seconds, and changes flow if the page asks for any before a chat is open.

    How long each load took stands in a table.
    """
    person = onlooker.known()
    assert onlooker.target.database.conversations(person.id), (
        f"{person.account.email} is in no conversation, so that nothing shows whether the list comes;"
        " name somebody first in CONNECT_E2E_USERS who is"
    )
    count = pytestconfig.option.loads or USUAL
    done = loads.compared([loads.load(onlooker, person, number) for number in range(1, count + 1)])
    record_property("loads", [each.fact() for each in done])
    hung = loads.verdict(done)
    assert hung is None, hung
