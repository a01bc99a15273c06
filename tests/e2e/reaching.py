"""How far a message's text reaches sideways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.timing import eventually

if TYPE_CHECKING:
    from pgproof.browser import Tab

_SECONDS = 5
# From where to where a text reaches, also in the shadow trees that it is made of. What scrolls within the message
# reaches no further than its box.
_FROM_TO = """(text, message) => {
  const range = document.createRange()
  const cut = (element, [left, right]) => {
    if (!['auto', 'scroll'].includes(getComputedStyle(element).overflowX)) return [left, right]
    const box = element.getBoundingClientRect()
    return [Math.max(left, box.left), Math.min(right, box.right)]
  }
  const reach = (node) => {
    const slotted = node.nodeName === 'SLOT' ? node.assignedNodes() : []
    const children = slotted.length ? [...slotted] : [...(node.shadowRoot ?? node).childNodes]
    if (!children.length) {
      range.selectNode(node)
      const box = range.getBoundingClientRect()
      return box.width ? [[box.left, box.right]] : []
    }
    const found = children.flatMap(reach)
    if (!found.length) return []
    const whole = [Math.min(...found.map(([left]) => left)), Math.max(...found.map(([, right]) => right))]
    return [node.nodeType === Node.ELEMENT_NODE ? cut(node, whole) : whole]
  }
  let [found] = reach(text)
  if (!found) return [0, 0]
  const isMessage = (each) => each.matches(message)
  for (let each = text; each && !isMessage(each); ) {
    each = each.assignedSlot ?? each.parentElement ?? each.getRootNode().host
    if (each) found = cut(each, found)
  }
  return found
}"""


def reach(tab: Tab, text: str) -> list[float]:
    """From where to where a message's text reaches. A page may replace the element just then, which has no place."""
    found = [0.0, 0.0]
    part = tab.frontend.selector("message_text")

    def is_measured() -> bool:
        message = tab.message(text)
        said = message.locator(part).or_(message.and_(tab.page.locator(part))).filter(visible=True).first
        found[:] = said.evaluate(_FROM_TO, tab.frontend.selector("message"))
        return found[1] > found[0]

    assert eventually(is_measured, _SECONDS), f"'{text[:40]}…' takes no place in {tab.name}"
    return found
