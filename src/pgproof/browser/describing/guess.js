// Finds what a description needs in a page, and a selector for it: stable attributes first, then roles, then classes.
// What the page's API answered tells data from decoration: `known` maps each text to the names of its columns.
({ known, own: ownTexts }) => {
  const TEST_IDS = ['data-testid', 'data-test-id', 'data-test', 'data-cy', 'data-qa']
  const ATTRIBUTES = ['role', 'aria-label', 'name', 'type', 'title', 'placeholder']
  const roots = (root) => [
    root,
    ...[...root.querySelectorAll('*')].filter((each) => each.shadowRoot).flatMap((each) => roots(each.shadowRoot)),
  ]
  const all = (selector) =>
    roots(document)
      .flatMap((root) => [...root.querySelectorAll(selector)])
      .filter(visible)
  const visible = (element) => {
    const box = element.getBoundingClientRect()
    return (
      box.width > 0 && box.height > 0 && element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    )
  }
  const quoted = (value) =>
    /^[\w-]+$/.test(value) && !/^\d/.test(value) ? value : `'${value.replace(/['\\]/g, '\\$&')}'`
  const words = (element) => element.textContent.replace(/\s+/g, ' ').trim()
  const leaf = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())
  // A class that a tool generates changes with the next build.
  const lasting = (name) =>
    /^[a-zA-Z][\w-]*$/.test(name) &&
    !/^(css|sc|jsx?|svelte|_)-?|\d{3}|__|[a-z][A-Z]\w*[0-9]|^[a-z]{1,2}\d/.test(name) &&
    name.length < 40
  const parent = (element) => element.parentElement ?? element.getRootNode().host ?? null
  const holds = (outer, inner) => {
    for (let each = inner; each; each = parent(each)) if (each === outer) return true
    return false
  }
  const SURE = ['sure', 'likely', 'a guess']

  // Every way to say what an element is, best first: [selector, how sure].
  const ways = (element) => {
    const tag = element.tagName.toLowerCase()
    const found = []
    for (const name of TEST_IDS)
      if (element.getAttribute(name)) found.push([`[${name}=${quoted(element.getAttribute(name))}]`, 0])
    if (element.id && lasting(element.id)) found.push([`#${element.id}`, 1])
    for (const name of ATTRIBUTES)
      if (element.getAttribute(name) && element.getAttribute(name).length < 40)
        found.push([`${tag}[${name}=${quoted(element.getAttribute(name))}]`, 1])
    if (element.isContentEditable && element.hasAttribute('contenteditable')) found.push([`${tag}[contenteditable]`, 1])
    for (const name of element.classList) if (lasting(name)) found.push([`.${name}`, 1], [`${tag}.${name}`, 1])
    found.push([tag, 2])
    const classes = [...element.classList].filter((name) => /^[\w-]+$/.test(name))
    if (classes.length) found.push([`${tag}.${classes.join('.')}`, 2])
    return found
  }
  const same = (found, wanted, loose) => {
    if (!wanted.every((each) => found.includes(each))) return false
    const places = new Set(wanted.map(parent))
    return found.every((each) => wanted.includes(each) || (loose && places.has(parent(each))))
  }
  // A selector that matches all of these elements and, in the page, nothing else; loose: siblings of them as well.
  const selectorOf = (wanted, loose = false) => {
    if (!wanted.length) return null
    const tried = ways(wanted[0])
    const alone = (least) => tried.find(([selector, sure]) => sure <= least && same(all(selector), wanted, loose))
    if (alone(1)) return alone(1)
    for (
      let outer = parent(wanted[0]), depth = 0;
      outer && outer !== document.body && depth < 4;
      outer = parent(outer), depth += 1
    )
      for (const [before, less] of ways(outer))
        for (const [selector] of tried)
          if (less < 2 && same(all(`${before} ${selector}`), wanted, loose)) return [`${before} ${selector}`, 1]
    return alone(2) ?? null
  }
  // A selector for a part of each of these elements, which matches it alone inside.
  const partOf = (outers, parts) => {
    const pairs = outers.map((outer, at) => [outer, parts[at]]).filter(([, part]) => part)
    if (!pairs.length) return null
    const [outer, part] = pairs[0]
    const tried = [...ways(part)]
    for (const [selector] of ways(part))
      if (part.parentElement && part.parentElement !== outer)
        for (const [before, less] of ways(part.parentElement)) tried.push([`${before} ${selector}`, less < 2 ? 1 : 2])
    tried.sort((a, b) => a[1] - b[1])
    for (const [selector, sure] of tried)
      if (pairs.every(([each, inner]) => [...each.querySelectorAll(selector)].find(visible) === inner))
        return [selector, sure]
    return null
  }
  const of = (found, elements, why) =>
    found && { selector: found[0], sure: SURE[found[1]], why, matches: elements.length }
  const column = (text, pattern) => (known[text] ?? []).some((name) => pattern.test(name))
  const NAMES = /name|title|email|subject/i
  const TEXTS = /text|content|body|message/i
  const leaves = () => all('*').filter((each) => leaf(each) && !/^(SCRIPT|STYLE|OPTION|TITLE)$/.test(each.tagName))
  // The outermost element around each leaf in which no other of these leaves is.
  const rows = (marks) =>
    marks.map((mark) => {
      let row = mark
      for (
        let outer = parent(row);
        outer && outer !== document.body && !marks.some((each) => each !== mark && holds(outer, each));
        outer = parent(outer)
      )
        row = outer
      return row
    })
  // Of the elements around each mark that are nearly as large as its row, those that are named best.
  const chosen = (outers, marks) => {
    const area = (each) => {
      const box = each.getBoundingClientRect()
      return box.width * box.height
    }
    const best = (each) => ways(each)[0][1]
    return outers.map((outer, at) => {
      let found = outer
      for (let each = marks[at]; each && each !== outer; each = parent(each))
        if (each !== marks[at] && area(each) > 0.4 * area(outer) && best(each) < best(found)) found = each
      return found
    })
  }
  const clickable = (element) => {
    for (let each = element, depth = 0; each && depth < 4; each = parent(each), depth += 1)
      if (
        each.matches('a, button, [role=button], [role=option], [role=listitem], [tabindex], li') ||
        each.onclick ||
        getComputedStyle(each).cursor === 'pointer'
      )
        return true
    return false
  }
  const grouped = (elements, key) => Object.values(Object.groupBy(elements, key))

  const list = () => {
    const found = {}
    let named = leaves().filter((each) => column(words(each), NAMES) && clickable(each))
    let why = 'the API answers these names'
    if (!named.length) {
      named =
        grouped(leaves().filter(clickable), (each) => `${each.tagName} ${each.className} ${parent(each)?.className}`)
          .filter((each) => each.length > 1)
          .sort((a, b) => b.length - a.length)[0] ?? []
      why = 'a repeated element that can be clicked'
    }
    // What names a row stands in one kind of place; the same name elsewhere, such as in a header, does not.
    named = grouped(named, (each) => `${each.tagName} ${each.className}`).sort((a, b) => b.length - a.length)[0] ?? []
    if (!named.length) return found
    const entries =
      named.length > 1
        ? chosen(rows(named), named)
        : [named[0].closest('li, a, button, [role=option], section, article') ?? named[0]]
    found.conversation = of(selectorOf(entries, true), entries, why)
    if (!found.conversation) return found
    found.conversation_name = of(partOf(entries, named), named, why)
    const inside = (entry) => leaves().filter((each) => holds(entry, each) && !named.includes(each))
    // With something before it, such as "You: ", only where no element holds the text alone.
    const said = Object.keys(known).filter((text) => text.length > 2 && column(text, TEXTS))
    const starts = (each) => said.some((text) => words(each).includes(text))
    const lasts = entries.map(
      (entry) => inside(entry).find((each) => column(words(each), TEXTS)) ?? inside(entry).find(starts) ?? null,
    )
    found.last_message = of(partOf(entries, lasts), lasts.filter(Boolean), 'the API answers these texts')
    const badges = entries.map((entry) => inside(entry).find((each) => /^\d{1,3}\+?$/.test(words(each))) ?? null)
    found.badge = of(partOf(entries, badges), badges.filter(Boolean), 'a number in a row of the list')
    return found
  }

  const FIELDS =
    'textarea, [contenteditable]:not([contenteditable=false]), [role=textbox], input:not([type]), input[type=text]'
  const composerOf = () =>
    all(FIELDS).sort((a, b) => b.getBoundingClientRect().bottom - a.getBoundingClientRect().bottom)[0] ?? null
  const depthTo = (element, other) => {
    let depth = 0
    for (let each = element; each; each = parent(each), depth += 1) if (holds(each, other)) return depth
    return 99
  }
  const chat = (conversation) => {
    const found = {}
    const composer = composerOf()
    if (composer) {
      found.composer = of(selectorOf([composer]), [composer], 'the lowest field in which text can be written')
      const told = (each) =>
        [
          each.textContent,
          each.getAttribute('aria-label'),
          each.title,
          each.className,
          ...TEST_IDS.map((name) => each.getAttribute(name)),
        ].join(' ')
      const buttons = all('button, [role=button], input[type=submit]').filter(
        (each) => !conversation || !each.closest(conversation),
      )
      const rank = (each) => depthTo(composer, each) - (/send|submit/i.test(told(each)) ? 3 : 0)
      const near = buttons.filter((each) => depthTo(composer, each) <= 3).sort((a, b) => rank(a) - rank(b))[0]
      if (near)
        found.send = of(
          selectorOf([near]),
          [near],
          /send|submit/i.test(told(near))
            ? 'a button beside the composer that says so'
            : 'the button nearest to the composer',
        )
    }
    const outside = leaves().filter((each) => !conversation || !each.closest(conversation))
    const said = outside.filter((each) => column(words(each), TEXTS))
    const kinds = grouped(said, (each) => each.tagName + [...each.classList].filter(lasting).slice(0, 1)).sort(
      (a, b) => b.length - a.length,
    )
    const texts = kinds[0] ?? []
    found.count = texts.length
    if (!texts.length) return found
    const messages =
      texts.length > 1
        ? chosen(rows(texts), texts)
        : [texts[0].closest('li, article, [role=listitem], [data-testid=message]') ?? parent(texts[0])]
    found.message = of(selectorOf(messages, true), messages, 'around each text that the API answers')
    found.message_text = of(partOf(messages, texts), texts, 'the API answers these texts')
    const mine = messages.filter((each, at) => ownTexts.includes(words(texts[at])))
    const others = messages.filter((each) => !mine.includes(each))
    if (mine.length) {
      const has = (each, selector) => each.matches(selector) || each.querySelector(selector)
      const candidates = [mine[0], ...mine[0].querySelectorAll('*')]
        .flatMap(ways)
        .filter(
          ([selector]) => mine.every((each) => has(each, selector)) && !others.some((each) => has(each, selector)),
        )
      const best = candidates
        .filter(([selector]) => !/aria-label|title|tick|status/i.test(selector))
        .sort(
          (a, b) =>
            /own|mine|\bme\b|self|sent|outgoing|right/i.test(b[0]) -
            /own|mine|\bme\b|self|sent|outgoing|right/i.test(a[0]),
        )[0]
      found.own = of(
        best && [best[0], others.length ? Math.min(best[1], 1) : 2],
        mine,
        others.length
          ? 'only the messages of who is signed in have it'
          : 'no message of somebody else was there to compare',
      )
      const ticks = mine
        .flatMap((each) => [each, ...each.querySelectorAll('*')])
        .filter((each) => visible(each) && TICK.test(each.getAttribute('aria-label') || each.title || ''))
      const tick = ticks[0]
      if (tick)
        found.tick = {
          selector: partOf([mine.find((each) => holds(each, tick))], [tick])?.[0]?.replace(
            /\[(aria-label|title)=[^\]]*\]/,
            '',
          ),
          attribute: TICK.test(tick.getAttribute('aria-label') ?? '') ? 'aria-label' : 'title',
          values: ticks.map((each) => each.getAttribute('aria-label') || each.title),
        }
    }
    const reply = messages.map(
      (each) =>
        [...each.querySelectorAll('button, [role=button]')].find((button) =>
          /reply|answer|respond/i.test(
            [
              button.textContent,
              button.getAttribute('aria-label'),
              button.title,
              ...TEST_IDS.map((name) => button.getAttribute(name)),
            ].join(' '),
          ),
        ) ?? null,
    )
    if (reply.some(Boolean)) {
      const [selector, sure] =
        ways(reply.find(Boolean)).find(([each]) =>
          messages.every((message) => message.querySelectorAll(each).length <= 1),
        ) ?? []
      if (selector)
        found.reply = {
          selector,
          sure: SURE[sure],
          why: 'a button in a message that says so',
          matches: reply.filter(Boolean).length,
        }
    }
    const quotes = messages.map(
      (each, at) =>
        leaves().find((inner) => inner !== texts[at] && holds(each, inner) && column(words(inner), TEXTS)) ?? null,
    )
    found.quote = of(partOf(messages, quotes), quotes.filter(Boolean), 'another text of the API inside a message')
    const connection = all('[role=status], [aria-live]').find((each) =>
      /connect|online|live/i.test(words(each) + each.className + TEST_IDS.map((name) => each.getAttribute(name))),
    )
    if (connection) found.connection = of(selectorOf([connection]), [connection], 'it speaks of the connection')
    return found
  }
  const TICK = /^(sent|delivered|read|seen)$/i

  const form = () => {
    const password = all('input[type=password]')[0]
    if (!password) return null
    const around = password.closest('form') ?? password.closest('div, section, main')
    const fields = all('input').filter(
      (each) => each !== password && holds(around, each) && /^(email|text|)$/.test(each.getAttribute('type') ?? ''),
    )
    const email =
      fields.find((each) =>
        /mail|user/i.test(each.type + each.name + each.id + each.placeholder + each.getAttribute('aria-label')),
      ) ?? fields[0]
    const buttons = all('button, input[type=submit], [role=button]').filter((each) => holds(around, each))
    const submit =
      buttons.find(
        (each) => each.type === 'submit' && /sign|log|enter|continue|go/i.test(each.textContent + each.value),
      ) ??
      buttons.find((each) => each.type === 'submit') ??
      buttons[0]
    return Object.fromEntries(
      Object.entries({ email, password, submit }).map(([key, element]) => [
        key,
        element ? of(selectorOf([element]), [element], 'in the form with a password') : null,
      ]),
    )
  }
  window.pgproofGuess = { list, chat, form, composer: () => Boolean(composerOf()) }
}
