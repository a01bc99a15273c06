"""The guide's feature flags, each on and off: what it changes, and that messages are right either way."""

import pytest

from tests.e2e.asking import about_messages, expected

pytestmark = pytest.mark.needs("flags")

PAGE = 50


def both(scenario, person, chat, flag):
    """A tab with the flag on and one with it off, with the chat open."""
    return [scenario.tab(person, flags={flag: on}).open_conversation(chat.name) for on in (True, False)]


@pytest.mark.needs("ticks")
def test_delivery_ticks_on_show_the_status(scenario, chat_of_two):
    """On, one's own messages have a tick; off, none has."""
    ana, _, chat = chat_of_two
    on, off = both(scenario, ana, chat, "deliveryTicks")
    on.send(text := scenario.text())
    on.wait(lambda state: [each.status for each in state.of(text)] == ["sent"], "a tick for sent")
    off.wait_texts([text])
    assert {message.status for state in off.history for message in state.messages} == {None}
    scenario.expect_good(chat)


@pytest.mark.needs("delivery", "preview")
@pytest.mark.parametrize("on", [True, False], ids=["on", "off"])
def test_delivery_ticks_report_what_arrives(scenario, chat_of_two, on):
    """On, the page reports a message of another chat as delivered; off, it does not."""
    ana, bo, chat = chat_of_two
    tab = scenario.live_list(bo, flags={"deliveryTicks": on})
    for text in (scenario.text(), scenario.text()):
        scenario.say(ana, chat, text)
        tab.wait_last(chat.name, text)
    if on:
        scenario.wait_rows(chat, lambda rows: {row.status for row in rows} == {"delivered"}, "both as delivered")
        return
    # Reading is reported either way, so that all that was reported before has arrived.
    tab.open_conversation(chat.name)
    scenario.wait_rows(chat, lambda rows: {row.status for row in rows} == {"read"}, "both as read")
    assert not [event for event in tab.log.events if "mark_messages_as_delivered" in event.text]


def test_keyset_pagination_on_loads_the_newest_page(scenario, chat_of_two):
    """On, a long chat opens with its newest messages; off, with all of them."""
    ana, bo, chat = chat_of_two
    texts = scenario.say_many(bo, chat, [scenario.text() for _ in range(PAGE + 10)])
    scenario.read(ana, chat)
    on, off = both(scenario, ana, chat, "keysetPagination")
    off.wait_texts(texts)
    on.wait(lambda state: state.texts, "messages", "message_text")
    assert first_texts(on) == texts[-PAGE:]
    assert first_texts(off) == texts


def first_texts(tab):
    """The messages that were shown first."""
    return next(state.texts for state in tab.history if state.messages)


@pytest.mark.needs("pending")
def test_pending_queue_indicator_on_counts_what_waits(scenario, chat_of_two, network):
    """On, a line says that a message waits for its answer; off, there is none. It is sent either way."""
    ana, _, chat = chat_of_two
    line = network(ana)
    on, off = both(scenario, ana, chat, "pendingQueueIndicator")
    held = line.hold_sending()
    off.send(first := scenario.text())
    on.send(second := scenario.text())
    on.wait(lambda state: state.pending and "1" in state.pending, "that one message waits", "pending")
    held.let_go()
    for tab in (on, off):
        tab.wait(lambda state: {first, second} == set(state.texts) and not state.pending, "both, and none waiting")
    assert {state.pending for state in off.history} == {None}
    scenario.expect_good(chat)


def test_realtime_debug_log_on_writes_every_event(scenario, chat_of_two):
    """On, the console tells of each event of realtime; off, it tells nothing of it."""
    ana, bo, chat = chat_of_two
    on, off = both(scenario, ana, chat, "realtimeDebugLog")
    text = scenario.say(bo, chat)
    told = []
    for tab in (on, off):
        tab.wait_texts([text])
        told.append([event.text for event in tab.log.events if event.kind == "console debug"])
    assert [line for line in told[0] if "INSERT" in line and chat.id in line]
    assert told[1] == []


def test_strict_seq_ordering_on_holds_back_what_leaves_a_gap(scenario, chat_of_two, network):
    """An event is lost and the next one comes: on, it waits until the gap is read; off, it is shown at once."""
    ana, bo, chat = chat_of_two
    line = network(ana)
    on, off = both(scenario, ana, chat, "strictSeqOrdering")
    texts = [scenario.say(bo, chat)]
    for tab in (on, off):
        tab.wait_texts(texts)
    line.drop(lost := scenario.text("lost"))
    held = line.hold("GET", "chat_messages")
    with expected(on, "request", about_messages, "did not ask for the message that it had not been told of"):
        texts += [scenario.say(bo, chat, lost), scenario.say(bo, chat, scenario.text("next"))]
        off.wait_texts([texts[0], texts[2]])
    held.let_go()
    for tab in (on, off):
        tab.wait_texts(texts)
        tab.at_rest()
    assert not [state.texts for state in on.history if texts[2] in state.texts and lost not in state.texts]
    scenario.expect_good(chat)
