// Watches a page from its first moment and tells each change of what it shows: one state for every frame that
// differs from the one before. What came and went within one frame, nobody could see.
(description) => {
  if (window !== window.top) return
  const { selectors, ticks } = description
  const opened = `${performance.timeOrigin}-${Math.random()}`
  const waiting = new Set()
  const stirred = new Set()
  let version = 0
  let shown = null
  let due = false
  let changed = performance.now()

  const isVisible = (element) => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false
    const box = element.getBoundingClientRect()
    return box.width > 0 && box.height > 0
  }
  const inside = (root, selector) => {
    if (!selector) return undefined
    const found = [...root.querySelectorAll(selector)]
    if (root.matches?.(selector)) found.unshift(root)
    return found.find(isVisible)
  }
  const all = (selector) => [...document.querySelectorAll(selector)].filter(isVisible)
  const words = (element) => (element ? element.textContent.replace(/\s+/g, ' ').trim() : null)

  const message = (element) => ({
    text: words(inside(element, selectors.message_text)) ?? '',
    own: Boolean(inside(element, selectors.own)),
    status: Object.keys(ticks).find((status) => inside(element, ticks[status])) ?? null,
    quote: words(inside(element, selectors.quote)),
  })
  const conversation = (element) => ({
    name: words(inside(element, selectors.conversation_name)) ?? '',
    last: words(inside(element, selectors.last_message)) ?? '',
    badge: words(inside(element, selectors.badge)) ?? '',
  })
  const state = () => ({
    conversations: all(selectors.conversation).map(conversation),
    messages: all(selectors.message).map(message),
    composer: Boolean(inside(document, selectors.composer)),
    alert: words(inside(document, selectors.alert)),
    pending: words(inside(document, selectors.pending)),
    connection: words(inside(document, selectors.connection)),
  })

  const look = () => {
    due = false
    const now = JSON.stringify(state())
    if (now === shown) return
    shown = now
    version += 1
    const at = performance.timeOrigin + performance.now()
    window.pgproofRecord(JSON.stringify({ opened, version, at, state: JSON.parse(now) }))
    for (const resolve of waiting) resolve()
  }
  const soon = () => {
    changed = performance.now()
    for (const step of stirred) step()
    if (due) return
    due = true
    // A tab in the background paints no frames; a timer stands in.
    const once = () => due && look()
    requestAnimationFrame(once)
    setTimeout(once, 100)
  }
  new MutationObserver(soon).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    characterData: true,
  })
  for (const event of ['resize', 'load', 'transitionend', 'animationend']) addEventListener(event, soon, true)
  look()

  window.pgproofRecorder = {
    // The number of the newest state, as soon as it is not the given one.
    after: (document_, seen, milliseconds) =>
      new Promise((resolve) => {
        const answer = () => {
          waiting.delete(answer)
          clearTimeout(timer)
          resolve({ opened, version })
        }
        const timer = setTimeout(answer, milliseconds)
        waiting.add(answer)
        if (document_ !== opened || seen !== version) answer()
      }),
    // Whether something visible matches: at once if so, else when nothing has changed for a while.
    match: (selector, quiet) =>
      new Promise((resolve) => {
        let timer
        const answer = (found) => {
          clearTimeout(timer)
          stirred.delete(step)
          resolve(found)
        }
        const step = () => {
          clearTimeout(timer)
          if (inside(document, selector)) return answer(true)
          const left = changed + quiet - performance.now()
          if (left <= 0 && document.readyState === 'complete') return answer(false)
          timer = setTimeout(step, Math.max(left, 50))
        }
        stirred.add(step)
        step()
      }),
  }
}
