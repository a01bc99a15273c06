// Outlines elements, and labels each kind of them once, where no other label is: one over another could not be read.
(found) => {
  const layer = document.createElement('div')
  layer.id = 'pgproof-outlines'
  layer.style.cssText = 'position:fixed;inset:0;z-index:2147483647;pointer-events:none'
  const taken = []
  const apart = (a, b) => a.right <= b.left || a.left >= b.right || a.bottom <= b.top || a.top >= b.bottom
  const free = (box) => taken.every((each) => apart(box, each))
  const texts = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.textContent.trim()) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    texts.push(range.getBoundingClientRect())
  }
  const hidesNothing = (box) => texts.every((each) => apart(box, each))
  const outline = (box, colour, inset) => {
    const frame = document.createElement('div')
    frame.style.cssText = `position:absolute;box-sizing:border-box;border:2px solid ${colour};border-radius:4px;
      left:${box.x - 2 + inset}px;top:${box.y - 2 + inset}px;
      width:${box.width + 4 - 2 * inset}px;height:${box.height + 4 - 2 * inset}px`
    layer.append(frame)
  }
  document.documentElement.append(layer)
  for (const { colour, boxes, inset } of found) for (const box of boxes) outline(box, colour, inset)
  for (const { key, colour, boxes, count } of found) {
    if (!boxes.length) continue
    const label = document.createElement('div')
    label.textContent = count > 1 ? `${key} ×${count}` : key
    label.style.cssText = `position:absolute;background:${colour};color:#fff;padding:0 5px;border-radius:3px;
      font:600 11px/15px system-ui,sans-serif;white-space:nowrap`
    layer.append(label)
    const { width, height } = label.getBoundingClientRect()
    const tried = []
    for (const box of boxes.slice(0, 12)) {
      const right = box.x + box.width
      for (const [left, top] of [
        [box.x, box.y - height - 1],
        [right + 4, box.y],
        [right - width, box.y - height - 1],
        [box.x, box.y + box.height + 1],
        [right - width, box.y + box.height + 1],
        [box.x - width - 4, box.y],
        [right + 4, box.y + 16],
        [right - width - 4, box.y + 2],
        [box.x, box.y - 2 * height - 2],
      ]) {
        const there = { left, top, right: left + width, bottom: top + height }
        const inside = left >= 0 && top >= 0 && there.right <= innerWidth && there.bottom <= innerHeight
        if (inside && free(there)) tried.push(there)
      }
    }
    let place = tried.find(hidesNothing) ?? tried[0]
    place ??= { left: Math.max(0, Math.min(boxes[0].x, innerWidth - width)), top: Math.max(0, boxes[0].y), right: 0, bottom: 0 }
    label.style.left = `${place.left}px`
    label.style.top = `${place.top}px`
    taken.push({ left: place.left, top: place.top, right: place.left + width, bottom: place.top + height })
  }
}