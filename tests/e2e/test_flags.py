"""The guide's feature flags, each on and off: what it changes, and that messages are right either way."""

import pytest

PAGE = 50


@pytest.fixture
def scene(stage, needs):
    """A chat of ana and bo."""
    needs("flags")
    ana, bo = stage.people("ana", "bo")
    return ana, bo, stage.chat(ana, bo)


def both(stage, person, chat, flag):
    """A tab with the flag on and one with it off, with the chat open."""
    return [stage.tab(person, flags={flag: on}).open_conversation(chat.name) for on in (True, False)]


def test_delivery_ticks_on_show_the_status(stage, scene, needs):
    """On, one's own messages have a tick; off, none has."""
    needs("ticks")
    ana, _, chat = scene
    on, off = both(stage, ana, chat, "deliveryTicks")
    on.send(text := stage.text())
    on.wait(lambda screen: [each.status for each in screen.of(text)] == ["sent"], "a tick for sent")
    off.wait_texts([text])
    assert {message.status for screen in off.history for message in screen.messages} == {None}
    stage.expect_good(chat)


@pytest.mark.parametrize("on", [True, False], ids=["on", "off"])
def test_delivery_ticks_report_what_arrives(stage, scene, on):
    """On, the page reports a message of another chat as delivered; off, it does not."""
    ana, bo, chat = scene
    tab = stage.tab(bo, flags={"deliveryTicks": on}).wait_live()
    for text in (stage.text(), stage.text()):
        stage.say(ana, chat, text)
        tab.wait_last(chat.name, text)
    if on:
        stage.wait_rows(chat, lambda rows: {row.status for row in rows} == {"delivered"}, "both as delivered")
        return
    # Reading is reported either way, so that all that was reported before has arrived.
    tab.open_conversation(chat.name)
    stage.wait_rows(chat, lambda rows: {row.status for row in rows} == {"read"}, "both as read")
    assert not [event for event in tab.log.events if "mark_messages_as_delivered" in event.text]


def test_keyset_pagination_on_loads_the_newest_page(stage, scene):
    """On, a long chat opens with its newest messages; off, with all of them."""
    ana, bo, chat = scene
    texts = stage.say_many(bo, chat, [stage.text() for _ in range(PAGE + 10)])
    stage.read(ana, chat)
    on, off = both(stage, ana, chat, "keysetPagination")
    off.wait_texts(texts)
    on.wait(lambda screen: screen.texts, "messages", "message_text")
    assert first_texts(on) == texts[-PAGE:]
    assert first_texts(off) == texts


def first_texts(tab):
    """The messages that were shown first."""
    return next(screen.texts for screen in tab.history if screen.messages)


def test_pending_queue_indicator_on_counts_what_waits(stage, scene, needs, network):
    """On, a line says that a message waits for its answer; off, there is none. It is sent either way."""
    needs("pending")
    ana, _, chat = scene
    line = network(ana)
    on, off = both(stage, ana, chat, "pendingQueueIndicator")
    held = line.hold("POST", "chat_messages")
    off.send(first := stage.text())
    on.send(second := stage.text())
    on.wait(lambda screen: screen.pending and "1" in screen.pending, "that one message waits", "pending")
    held.let_go()
    for tab in (on, off):
        tab.wait(lambda screen: {first, second} == set(screen.texts) and not screen.pending, "both, and none waiting")
    assert {screen.pending for screen in off.history} == {None}
    stage.expect_good(chat)


def test_realtime_debug_log_on_writes_every_event(stage, scene):
    """On, the console tells of each event of realtime; off, it tells nothing of it."""
    ana, bo, chat = scene
    on, off = both(stage, ana, chat, "realtimeDebugLog")
    text = stage.say(bo, chat)
    told = []
    for tab in (on, off):
        tab.wait_texts([text])
        told.append([event.text for event in tab.log.events if event.kind == "console debug"])
    assert [line for line in told[0] if "INSERT" in line and chat.id in line]
    assert told[1] == []


def test_strict_seq_ordering_on_holds_back_what_leaves_a_gap(stage, scene, network):
    """An event is lost and the next one comes: on, it waits until the gap is read; off, it is shown at once."""
    ana, bo, chat = scene
    line = network(ana)
    on, off = both(stage, ana, chat, "strictSeqOrdering")
    texts = [stage.say(bo, chat)]
    for tab in (on, off):
        tab.wait_texts(texts)
    line.drop(lost := stage.text("lost"))
    held = line.hold("GET", "chat_messages")
    with on.page.expect_request(lambda request: "/rest/v1/chat_messages" in request.url):
        texts += [stage.say(bo, chat, lost), stage.say(bo, chat, stage.text("next"))]
        off.wait_texts([texts[0], texts[2]])
    held.let_go()
    for tab in (on, off):
        tab.wait_texts(texts)
        tab.at_rest()
    assert not [screen.texts for screen in on.history if texts[2] in screen.texts and lost not in screen.texts]
    stage.expect_good(chat)
