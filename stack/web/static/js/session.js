/**
 * Who is signed in, in this tab. Each person's session has a place of its own in the browser, which all their tabs share;
 * which person a tab belongs to is the tab's own matter, so two people can chat in two windows of one browser.
 *
 * @import { User } from '@supabase/supabase-js'
 * @import { Client, Config } from '../../types/page'
 */

const PERSON = 'connect.person';
const REQUEST_TIMEOUT = 10_000;
const ENDED = 'Your session has ended. Sign in again to continue.';

export class Session {
  /** One client for each person, since two would fight over one session. @type {Map<string, Client>} */
  #clients = new Map();
  /** @type {{ client: Client, userId: string } | null} */
  #current = null;
  #leaving = false;
  #config;
  #tell;

  /**
   * @param {Config} config
   * @param {{ began: (client: Client, user: User) => void, ended: (message: string | null) => void }} tell
   */
  constructor(config, tell) {
    this.#config = config;
    this.#tell = tell;
  }

  /** Continue as the person this tab belonged to before a reload. */
  async resume() {
    const email = sessionStorage.getItem(PERSON);
    if (!email) return this.#tell.ended(null);
    const client = this.#clientOf(email);
    const { data, error } = await client.auth.getSession();
    if (data.session) this.#begin(client, data.session.user);
    else this.#end(error ? ENDED : null);
  }

  /**
   * @param {string} email
   * @param {string} password
   * @returns {Promise<string | null>} why it failed, as a sentence; null if it did not
   */
  async signIn(email, password) {
    const person = email.trim().toLowerCase();
    const client = this.#clientOf(person);
    const { data, error } = await client.auth.signInWithPassword({ email: person, password });
    if (error) {
      if (error.code === 'invalid_credentials') return 'The email or the password is wrong.';
      console.error('Error signing in:', error);
      return error.status ? error.message : 'The server cannot be reached. Check that it runs, then try again.';
    }
    sessionStorage.setItem(PERSON, person);
    this.#begin(client, data.user);
    return null;
  }

  /** End the person's session in this browser, in all its tabs; other devices stay signed in. */
  async signOut() {
    this.#leaving = true;
    await this.#current?.client.auth.signOut({ scope: 'local' });
    this.#end(null);
    this.#leaving = false;
  }

  /** Get a new token for one that was refused. If the server refuses, returns false, and the session is over. */
  async renew() {
    const client = this.#current?.client;
    if (!client) return false;
    const { data, error } = await client.auth.refreshSession();
    if (data.session) return true;
    if (error?.status) this.#end(ENDED);
    return false;
  }

  /** The browser holds no session of this tab's person any more. */
  lost() {
    if (this.#current) this.#end(ENDED);
  }

  /**
   * @param {Client} client
   * @param {User} user
   */
  #begin(client, user) {
    if (this.#current) return;
    this.#current = { client, userId: user.id };
    this.#tell.began(client, user);
  }

  /** @param {string | null} message */
  #end(message) {
    sessionStorage.removeItem(PERSON);
    this.#current = null;
    this.#tell.ended(message);
  }

  /** @param {string} email */
  #clientOf(email) {
    const existing = this.#clients.get(email);
    if (existing) return existing;
    /** @type {Client} */
    const client = globalThis.supabase.createClient(this.#config.apiUrl, this.#config.anonKey, {
      auth: { storageKey: `connect.auth.${email}`, detectSessionInUrl: false },
      db: { timeout: REQUEST_TIMEOUT },
    });
    client.auth.onAuthStateChange((event) => {
      if (event === 'SIGNED_OUT' && this.#current?.client === client && !this.#leaving) this.#end(ENDED);
    });
    this.#clients.set(email, client);
    return client;
  }
}
