/** The shapes that the page's modules hand to each other. */

import type { SupabaseClient } from '@supabase/supabase-js';
import type { Database, MessageRow } from './database';

export type Client = SupabaseClient<Database>;
export type Message = MessageRow;

export interface Person {
  id: string;
  name: string;
  email: string;
}

export interface Config {
  apiUrl: string;
  anonKey: string;
  password: string;
  people: Person[];
  flags?: Partial<Flags>;
}

export interface Flags {
  deliveryTicks: boolean;
  keysetPagination: boolean;
  pendingQueueIndicator: boolean;
  realtimeDebugLog: boolean;
  strictSeqOrdering: boolean;
}

/** One of the user's chats, as the list shows it. unread is null while it is not known. picture: whose colour it has. */
export interface Conversation {
  id: string;
  type: 'direct' | 'group';
  name: string;
  picture: string;
  members: string[];
  lastMessageAt: string | null;
  last: Message | null;
  unread: number | null;
}

/** A message that the database has not confirmed. */
export interface Pending {
  clientId: string;
  chatId: string;
  senderId: string;
  text: string;
  replyTo: string | null;
  createdAt: string;
  state: 'sending' | 'waiting' | 'failed';
}

/** A message as the chat shows it, stored or pending. key stays the same when the one becomes the other. */
export interface Entry {
  key: string;
  id: string | null;
  clientId: string | null;
  seq: number | null;
  senderId: string;
  text: string;
  kind: Message['message_type'];
  replyTo: string | null;
  createdAt: string;
  status: Pending['state'] | Message['status'];
}

export type FeedState = 'connecting' | 'live' | 'reconnecting' | 'stopped';

declare global {
  /** The UMD bundle of supabase-js. */
  var supabase: typeof import('@supabase/supabase-js');
}
