/**
 * Begins the page: reads the configuration, then shows the form to sign in with or the chats.
 *
 * @import { Config } from '../../types/page'
 */

import { Alerts } from './alerts.js';
import { App } from './app.js';
import { find } from './dom.js';
import { readFlags } from './featureFlags.js';
import { askedFlags } from './route.js';
import { Session } from './session.js';
import { showSignIn } from './signInView.js';

const root = find(document, '#root', HTMLElement);
const alerts = new Alerts(find(document, '#alerts', HTMLElement));

try {
  await begin();
} catch (error) {
  alerts.failed('starting', 'The page could not start', error, () => location.reload());
}

async function begin() {
  const response = await fetch('/chat/config.json');
  if (!response.ok) throw new Error(`its configuration answered ${response.status}`);
  /** @type {Config} */
  const config = await response.json();
  const { flags, problems } = readFlags(config.flags, askedFlags());
  /** @type {App | null} */
  let app = null;

  const session = new Session(config, {
    began: (client, user) => {
      app = new App(client, user, { config, flags, alerts, session });
      app.start(root);
    },
    ended: (message) => {
      app?.stop();
      app = null;
      showSignIn(root, config, (email, password) => session.signIn(email, password), message);
    },
  });
  await session.resume();
  if (problems.length) alerts.show('flags', problems.join(' '));
}
