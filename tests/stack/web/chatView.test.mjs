import assert from 'node:assert/strict';
import { test } from 'node:test';

/** As much of an element as the view needs for scrolling: heights, and no children. */
class Box extends EventTarget {
  scrollTop = 0;
  scrollHeight = 0;
  clientHeight = 0;
  hidden = true;
  parts = {};

  querySelector(selector) {
    return (this.parts[selector] ??= new Box());
  }
}

class Observer {
  observe() {}
  disconnect() {}
}

Object.assign(globalThis, { HTMLElement: Box, HTMLButtonElement: Box, ResizeObserver: Observer, IntersectionObserver: Observer });
const { ChatView } = await import('../../../stack/web/static/js/chatView.js');

/** A chat five windows high, whose reader is at its end. scrollTo: the browser tells of it in the next frame. */
function shown() {
  const root = new Box();
  const log = root.querySelector('.log');
  Object.assign(log, { scrollHeight: 500, clientHeight: 100 });
  const reached = [];
  const view = new ChatView(root, {}, false, { older() {}, reachedEnd: () => reached.push(log.scrollTop) });
  view.toEnd();
  log.scrollTop = 400;
  const scrollTo = (top) => {
    log.scrollTop = top;
    return () => log.dispatchEvent(new Event('scroll'));
  };
  return { view, log, scrollTo, reached, newer: root.querySelector('.newer') };
}

test('Who has just scrolled up is not at the end, also before the browser tells of it.', () => {
  const { view, scrollTo } = shown();
  assert.equal(view.atEnd, true);
  const tell = scrollTo(0);
  assert.equal(view.atEnd, false);
  tell();
  assert.equal(view.atEnd, false);
});

test('Who has just scrolled down is at the end when the browser tells of it.', () => {
  const { view, scrollTo, reached } = shown();
  scrollTo(0)();
  assert.deepEqual(reached, []);
  const tell = scrollTo(400);
  assert.equal(view.atEnd, false);
  tell();
  assert.deepEqual([view.atEnd, reached], [true, [400]]);
});

test('Who was away from the end and is back before the browser tells of either is told to be there.', () => {
  const { view, scrollTo, reached } = shown();
  scrollTo(0);
  assert.equal(view.atEnd, false);
  scrollTo(400)();
  assert.deepEqual([view.atEnd, reached], [true, [400]]);
});
