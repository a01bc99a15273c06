"""An access token lasts for an hour at most, and a conversation for longer."""

import math
import re

import pytest

from pgproof.browser.wire import push
from pgproof.timing import eventually, unit
from tests.e2e.asking import expected
from tests.e2e.fix_network import RECOVERY

RENEWING = re.compile(r"/auth/v1/token\?grant_type=refresh_token")
# Seconds, which a slow machine stretches.
LIFE = 4

# What a client goes by is what it was told when it signed in, not the token.
_NEAR_ITS_END = """() => {
  let found = 0
  for (const storage of [localStorage, sessionStorage])
    for (const key of Object.keys(storage)) {
      let session
      try { session = JSON.parse(storage.getItem(key)) } catch { continue }
      if (!session?.refresh_token || !session.expires_at) continue
      const expires_at = Math.floor(Date.now() / 1000) + 30
      storage.setItem(key, JSON.stringify({ ...session, expires_in: 30, expires_at }))
      found += 1
    }
  return found
}"""


def is_renewing(response):
    """Whether this answers the question for a new token."""
    return RENEWING.search(response.url)


def test_a_refreshed_token_goes_on_receiving(scenario, chat_of_two):
    """While a chat is open its token is renewed: every subscription is told the new one, and messages keep coming."""
    ana, bo, chat = chat_of_two
    # Of another session: two tokens of one session and one second are the same.
    scenario.device(ana, access_token=ana.session["access_token"])
    tab = scenario.tab(ana).open_conversation(chat.name)
    told, opened = {}, len(tab.log.events)
    tab.log.socket.on("framesent", lambda frame: take(told, push(frame)))
    if not tab.page.evaluate(_NEAR_ITS_END):
        pytest.skip("not applicable: the page keeps its session where no script can see it")
    with expected(tab, "response", is_renewing, "did not renew its token, which was about to run out,") as renewed:
        tab.send(text := scenario.text())
    tab.wait_texts([text])
    token = renewed.value.json()["access_token"]
    every = dict.fromkeys(tab.log.subscriptions, token)
    assert eventually(lambda: tab.now() and told.items() >= every.items()), (
        f"told of the new token were {sorted(told)} of {sorted(every)}"
    )
    scenario.wait_rows(chat, lambda rows: [row.text for row in rows] == [text], "what she sent, before the next one")
    later = scenario.say(bo, chat)
    tab.wait_texts([text, later])
    assert [event for event in tab.log.events[opened:] if event.kind == "socket closed"] == []
    scenario.expect_good(chat)


@pytest.mark.needs("sign_in.storage")
def test_after_an_expired_token_nothing_is_lost(scenario, chat_of_two, short_token):
    """The server ends the subscriptions of a token that ran out; the page gets a new one by itself and catches up."""
    ana, bo, chat = chat_of_two
    device = scenario.device(ana, access_token=short_token(ana, math.ceil(LIFE * unit())))
    renewals = []
    # From the start: on a slow machine the token may run out while the page loads.
    device.on("response", lambda response: is_renewing(response) and renewals.append(response.status))
    tab = scenario.tab(ana).open_conversation(chat.name, live=False)
    texts = [scenario.say(bo, chat)]
    tab.wait_texts(texts)
    assert eventually(lambda: tab.now() and is_over(tab.log)), "the server took no notice of the token's end"
    texts.append(scenario.say(bo, chat, scenario.text("meanwhile")))
    assert eventually(lambda: tab.now() and 200 in renewals, RECOVERY), f"no new token came; answers: {renewals}"
    tab.wait(lambda state: state.texts == texts, f"the messages {texts}", "message_text", RECOVERY)
    tab.wait_live()
    texts.append(scenario.say(bo, chat, scenario.text("afterwards")))
    tab.wait_texts(texts)
    tab.send(scenario.text("mine"))
    scenario.wait_rows(chat, lambda rows: len(rows) == 4, "four messages")
    scenario.expect_good(chat, disturbed=True)


def take(told, found):
    """Takes down which topic was told which token."""
    if found is not None and found.event == "access_token":
        told[found.topic] = found.payload["access_token"]


def is_over(log):
    """Whether the server refused the token, over realtime or otherwise."""
    return any("Token has expired" in event.text or event.text.startswith("401 ") for event in log.events)
