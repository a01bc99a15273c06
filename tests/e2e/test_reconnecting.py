"""A server that refuses connections is not stormed by those who were connected."""

from itertools import pairwise

from pgproof.timing import eventually, unit

ATTEMPTS = 5
# How many times faster than the page means it its pauses pass.
FASTER = 10
# Milliseconds that so many attempts take at least, as the page means it, and a pause that need not grow any more.
LEAST = 2500
LONG = 5000

# Once told so, the server itself refuses each socket, since it has nothing at this address, and pauses are short.
_SOCKETS = """(() => {
  const { WebSocket, setTimeout } = window
  const opened = []
  let faster = 0
  window.attempts = []
  window.WebSocket = class extends WebSocket {
    constructor(address, ...rest) {
      super(faster ? String(address).replace('/websocket', '/nothing-here') : address, ...rest)
      opened.push(this)
      if (faster) window.attempts.push(performance.now())
    }
  }
  window.setTimeout = (act, pause = 0, ...given) =>
    setTimeout(act, faster && pause >= 100 ? pause / faster : pause, ...given)
  window.refuseSockets = (times) => {
    faster = times
    for (const socket of opened) socket.close()
  }
})()"""


def test_the_pauses_between_attempts_grow(scenario, chat_of_two):
    """While no socket can be opened the page tries again, less and less often."""
    ana, _, chat = chat_of_two
    scenario.device(ana).add_init_script(_SOCKETS)
    tab = scenario.tab(ana).open_conversation(chat.name)
    faster = FASTER / max(unit(), 1)
    tab.page.evaluate("refuseSockets", faster)
    enough = eventually(lambda: len(tab.page.evaluate("attempts")) >= ATTEMPTS, 20)
    began = tab.page.evaluate("attempts")[:ATTEMPTS]
    assert enough, f"after its socket was closed the page tried only {len(began)} times to open another one"
    pauses = [round(faster * (later - earlier)) for earlier, later in pairwise(began)]
    assert sum(pauses) >= LEAST, f"a storm: between {ATTEMPTS} attempts there were pauses of {pauses} ms"
    assert pauses[-1] >= min(2 * pauses[0], LONG), f"the pauses between attempts do not grow: {pauses} ms"
