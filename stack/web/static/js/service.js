/**
 * Every call that the page makes to the database. Each is repeated by withRetry, and a failure is a ServiceError.
 *
 * @import { PostgrestSingleResponse } from '@supabase/supabase-js'
 * @import { Counted } from '../../types/database'
 * @import { Client, Message, Pending } from '../../types/page'
 */

import { ServiceError } from './errors.js';
import { isPassing, withRetry } from './withRetry.js';

export const PAGE = 50;
const CHUNK = 500;
const MESSAGE = `id, chat_id, sender_id, message_text, message_type, reply_to_message_id, seq, client_generated_id,
  status, created_at, deleted_at`;
const CHAT = /** @type {const} */ (`id, type, name, last_message_at, me:chat_participants!inner(user_id),
  participants:chat_participants(user_id), last:chat_messages(${MESSAGE})`);

export class ChatService {
  #client;
  #userId;
  #renew;

  /**
   * @param {Client} client
   * @param {string} userId
   * @param {() => Promise<boolean>} renew gets a new token after a 401; false if there is none
   */
  constructor(client, userId, renew) {
    this.#client = client;
    this.#userId = userId;
    this.#renew = renew;
  }

  /** The chats the user takes part in, newest first, each with its newest message that is not deleted. */
  conversations() {
    return this.withRetry(() =>
      this.#client
        .from('chats')
        .select(CHAT)
        .eq('me.user_id', this.#userId)
        .is('last.deleted_at', null)
        .order('seq', { referencedTable: 'last', ascending: false })
        .limit(1, { referencedTable: 'last' })
        .order('last_message_at', { ascending: false, nullsFirst: false }),
    );
  }

  /** @param {string} chatId */
  unreadCount(chatId) {
    return this.withRetry(() =>
      this.#client
        .rpc('get_unread_count', { p_chat_id: chatId, p_user_id: this.#userId }),
    );
  }

  /**
   * The newest messages that are not deleted, at most PAGE, newest first.
   * @param {string} chatId
   * @param {number} [below] only those of a smaller seq
   */
  messagesBefore(chatId, below = Number.MAX_SAFE_INTEGER) {
    return this.withRetry(() =>
      this.#messages()
        .eq('chat_id', chatId)
        .is('deleted_at', null)
        .lt('seq', below)
        .order('seq', { ascending: false })
        .limit(PAGE),
    );
  }

  /**
   * All messages of a greater seq, deleted ones too, in seq order.
   * @param {string} chatId
   * @param {number} above
   */
  async messagesAfter(chatId, above) {
    /** @type {Message[]} */
    const all = [];
    for (let last = above; ; last = all.at(-1)?.seq ?? last) {
      const from = last;
      const rows = await this.withRetry(() =>
        this.#messages()
          .eq('chat_id', chatId)
          .gt('seq', from)
          .order('seq')
          .limit(CHUNK),
      );
      all.push(...rows);
      if (rows.length < CHUNK) return all;
    }
  }

  /** @param {readonly string[]} ids */
  messagesById(ids) {
    return this.withRetry(() => this.#messages().in('id', ids));
  }

  /**
   * Store a message. Safe to repeat: of two with one client id the second finds the first.
   * @param {Pending} pending
   * @returns {Promise<Message>}
   */
  async send(pending) {
    try {
      return await this.withRetry(() =>
        this.#client
          .from('chat_messages')
          .insert({
            chat_id: pending.chatId,
            sender_id: pending.senderId,
            message_text: pending.text,
            reply_to_message_id: pending.replyTo,
            client_generated_id: pending.clientId,
          })
          .select(MESSAGE)
          .single(),
      );
    } catch (error) {
      if (error instanceof ServiceError && error.code === '23505') {
        const [row] = await this.withRetry(() =>
          this.#messages()
            .eq('sender_id', pending.senderId)
            .eq('client_generated_id', pending.clientId),
        );
        if (row) return row;
      }
      throw error;
    }
  }

  /**
   * Delete a message of the user's own for everybody. It stays a row.
   * @param {string} id
   * @returns {Promise<Message>}
   */
  remove(id) {
    return this.withRetry(() =>
      this.#client
        .from('chat_messages')
        .update({ deleted_at: new Date().toISOString() })
        .eq('id', id)
        .select(MESSAGE)
        .single(),
    );
  }

  /** @param {string} chatId */
  async markDelivered(chatId) {
    const result = await this.withRetry(() =>
      this.#client
        .rpc('mark_messages_as_delivered', { p_chat_id: chatId, p_receiver_id: this.#userId }),
    );
    return counted('mark_messages_as_delivered', result);
  }

  /** @param {string} chatId */
  async markRead(chatId) {
    const result = await this.withRetry(() =>
      this.#client
        .rpc('mark_messages_as_read', { p_chat_id: chatId, p_user_id: this.#userId }),
    );
    return counted('mark_messages_as_read', result);
  }

  /**
   * The data of a call. Repeats it while the reason of its failure may pass, and once more with a new token after a 401.
   * @template T
   * @param {() => { retry: (enabled: boolean) => PromiseLike<PostgrestSingleResponse<T>> }} request
   * @returns {Promise<T>}
   */
  async withRetry(request) {
    // The client's own retries apply only to reads, and take seven seconds.
    const call = () => request().retry(false);
    let result = await withRetry(call);
    if (result.status === 401 && (await this.#renew())) result = await withRetry(call);
    if (result.error) {
      const { error, status } = result;
      throw new ServiceError(error.message, { code: error.code, status, passing: isPassing(result), cause: error });
    }
    return result.data;
  }

  #messages() {
    return this.#client.from('chat_messages').select(MESSAGE);
  }
}

/**
 * @param {string} name
 * @param {Counted[] | null} result
 */
function counted(name, result) {
  const count = result?.[0]?.updated_count;
  if (count === undefined) {
    throw new ServiceError(`the function ${name} returned no count; apply the migration`, { status: 200 });
  }
  return count;
}
