/**
 * The form to sign in with, and the people of a throw-away environment as buttons.
 *
 * @import { Config } from '../../types/page'
 */

import { el, find, fromTemplate } from './dom.js';
import { avatar } from './people.js';

/**
 * @param {HTMLElement} root
 * @param {Config} config
 * @param {(email: string, password: string) => Promise<string | null>} signIn returns why it failed
 * @param {string | null} message why one has to sign in
 */
export function showSignIn(root, config, signIn, message) {
  const view = fromTemplate('sign-in-template');
  const form = find(view, 'form', HTMLFormElement);
  const email = find(form, '#email', HTMLInputElement);
  const password = find(form, '#password', HTMLInputElement);
  const problem = find(view, '.problem', HTMLElement);
  const controls = () => view.querySelectorAll('button');

  /** @param {string | null} text */
  const say = (text) => {
    problem.replaceChildren(...(text ? [el('p', { class: 'alert', role: 'alert', 'data-testid': 'alert' }, text)] : []));
  };
  /**
   * @param {string} address
   * @param {string} secret
   */
  const attempt = async (address, secret) => {
    say(null);
    for (const control of controls()) control.disabled = true;
    say(await signIn(address, secret));
    for (const control of controls()) control.disabled = false;
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void attempt(email.value, password.value);
  });
  find(view, '.people', HTMLElement).append(
    ...config.people.map((person) =>
      el(
        'li',
        {},
        el(
          'button',
          {
            type: 'button',
            class: 'person',
            'data-testid': 'person-button',
            'data-email': person.email,
            'data-user-id': person.id,
            onclick: () => void attempt(person.email, config.password),
          },
          avatar(person.id, person.name),
          el('span', { dir: 'auto' }, person.name),
        ),
      ),
    ),
  );
  root.replaceChildren(view);
  document.title = 'Sign in · Connect';
  say(message);
  if (message) email.focus();
}
