/** Small helpers for the document. */

/**
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} kind
 * @returns {T}
 */
export function find(root, selector, kind) {
  const found = root.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} ${selector}`);
  return found;
}

/**
 * The root element of a copy of a template of index.html.
 * @param {string} id
 */
export function fromTemplate(id) {
  const template = find(document, `#${id}`, HTMLTemplateElement);
  return find(document.importNode(template.content, true), '*', HTMLElement);
}

/**
 * An element. An attribute that is false or null is left out; one whose name begins with "on" is a listener.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | boolean | null | EventListener>} attributes
 * @param {...(Node | string | null)} children
 */
export function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/**
 * A symbol of index.html's sprite. It says nothing to a screen reader.
 * @param {string} name
 */
export function icon(name) {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  const use = document.createElementNS(namespace, 'use');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#icon-${name}`);
  svg.append(use);
  return svg;
}

/**
 * Make these the children of a parent, moving as few as possible, so that focus and scroll position stay.
 * @param {Element} parent
 * @param {readonly Element[]} wanted
 */
export function arrange(parent, wanted) {
  const focused = document.activeElement;
  const kept = new Set(wanted);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  let place = parent.firstElementChild;
  for (const element of wanted) {
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  const moved = focused instanceof HTMLElement && focused !== document.activeElement && parent.contains(focused);
  if (moved) focused.focus({ preventScroll: true });
}

/**
 * Arrow keys, Home and End move the focus along a list.
 * @param {KeyboardEvent} event
 * @param {readonly HTMLElement[]} items
 * @returns {HTMLElement | null} where it went
 */
export function moveFocus(event, items) {
  const at = items.findIndex((item) => item.contains(document.activeElement));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  const target = to === undefined || at < 0 ? undefined : items[to];
  if (!target) return null;
  event.preventDefault();
  target.focus();
  return target;
}
