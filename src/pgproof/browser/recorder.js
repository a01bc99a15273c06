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

  // The open shadow roots, wherever they are attached. Nobody keeps one that the page has dropped.
  let roots = []
  const within = (root) => {
    if (root !== document) return [...root.querySelectorAll('*')].map((each) => each.shadowRoot).filter(Boolean)
    return roots.map((each) => each.deref()).filter((each) => each && document.contains(each.host))
  }
  const watch = (root) => {
    observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true })
  }
  const meet = (root) => {
    roots = roots.filter((each) => each.deref())
    if (roots.some((each) => each.deref() === root)) return
    roots.push(new WeakRef(root))
    watch(root)
    visit(root)
  }
  // Those that were not attached by a script: of the page's own markup, or of copies.
  const visit = (tree) => {
    if (tree.shadowRoot) meet(tree.shadowRoot)
    if (!tree.querySelectorAll) return
    for (const each of tree.querySelectorAll('*')) if (each.shadowRoot) meet(each.shadowRoot)
  }
  const attach = Element.prototype.attachShadow
  Element.prototype.attachShadow = function attachShadow(...given) {
    const root = attach.apply(this, given)
    if (root.mode === 'open') meet(root)
    soon()
    return root
  }

  const isVisible = (element) => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false
    const box = element.getBoundingClientRect()
    return box.width > 0 && box.height > 0
  }
  // Not what is one pixel small for screen readers alone, such as a framework's announcer of each new address.
  const isSeen = (element) => {
    const box = element.getBoundingClientRect()
    return isVisible(element) && box.width > 1 && box.height > 1
  }
  // All that match in a tree, with the shadow trees that are attached in it, at any depth.
  const matching = (root, selector) => {
    const found = [...root.querySelectorAll(selector)]
    if (root.matches?.(selector)) found.unshift(root)
    if (!roots.length) return found
    if (root.shadowRoot) found.push(...matching(root.shadowRoot, selector))
    for (const each of within(root)) found.push(...matching(each, selector))
    return found
  }
  const inside = (root, selector) => (selector ? matching(root, selector).find(isVisible) : undefined)
  // From top to bottom and, side by side, in the order of reading, as a person sees them: a style may turn the order
  // of the document around.
  const all = (selector) => {
    const rows = matching(document, selector).filter(isVisible).map((element) => {
      const { top, left } = element.getBoundingClientRect()
      return { element, top: Math.round(top), left }
    })
    const sign = rows.length && getComputedStyle(rows[0].element.parentElement ?? rows[0].element).direction === 'rtl' ? -1 : 1
    rows.sort((a, b) => a.top - b.top || sign * (a.left - b.left))
    return rows.map((each) => each.element)
  }

  // What textContent leaves out: what is in shadow trees, where a slot shows it.
  const content = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data
    if (['STYLE', 'SCRIPT', 'TEMPLATE'].includes(node.nodeName)) return ''
    const slotted = node.nodeName === 'SLOT' ? node.assignedNodes() : []
    const children = slotted.length ? slotted : (node.shadowRoot ?? node).childNodes
    return [...children].map(content).join('')
  }
  const words = (element) => {
    if (!element) return null
    const text = roots.length ? content(element) : element.textContent
    return text.replace(/\s+/g, ' ').trim()
  }

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
    title: words(inside(document, selectors.open_conversation_name)),
    alert: words(selectors.alert ? matching(document, selectors.alert).find(isSeen) : undefined),
    pending: words(inside(document, selectors.pending)),
    connection: words(inside(document, selectors.connection)),
  })

  // A script's own animation moves what is shown without changing the document, and tells nobody when it ends.
  const followed = new WeakSet()
  const follow = () => {
    for (const each of document.getAnimations()) {
      if (followed.has(each)) continue
      followed.add(each)
      each.finished.then(soon, soon)
    }
  }
  const look = () => {
    due = false
    follow()
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
  const observer = new MutationObserver((records) => {
    for (const { addedNodes } of records) for (const node of addedNodes) visit(node)
    soon()
  })
  watch(document)
  for (const event of ['resize', 'load', 'DOMContentLoaded', 'transitionend', 'animationend'])
    addEventListener(
      event,
      () => {
        if (event === 'DOMContentLoaded') visit(document)
        soon()
      },
      true,
    )
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
    // After what is due by now, and after what that leads to.
    turn: () => new Promise((resolve) => setTimeout(() => setTimeout(resolve))),
    // Whether something visible matches: at once if so, else when nothing has changed for a while, from now on. What
    // was just clicked may take its time before it changes anything.
    match: (selector, quiet) =>
      new Promise((resolve) => {
        let timer
        const asked = performance.now()
        const answer = (found) => {
          clearTimeout(timer)
          stirred.delete(step)
          resolve(found)
        }
        const step = () => {
          clearTimeout(timer)
          if (inside(document, selector)) return answer(true)
          const left = Math.max(changed, asked) + quiet - performance.now()
          if (left <= 0 && document.readyState === 'complete') return answer(false)
          timer = setTimeout(step, Math.max(left, 50))
        }
        stirred.add(step)
        step()
      }),
  }
}
