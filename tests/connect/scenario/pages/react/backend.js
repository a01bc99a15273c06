import { createClient } from '@supabase/supabase-js'

export const supabase = createClient(SETTINGS.url, SETTINGS.key)

const LIST = `id, name, last_message_at, chat_participants!inner(user_id),
  chat_messages(message_text, sender_id, seq)`
const MOST = 1000

/** The conversations of a person, the newest first, each with its last message and how many are unread. */
export async function conversationsOf(me) {
  const { data } = await supabase
    .from('chats')
    .select(LIST)
    .eq('chat_participants.user_id', me)
    .is('chat_messages.deleted_at', null)
    .order('seq', { referencedTable: 'chat_messages', ascending: false })
    .limit(1, { referencedTable: 'chat_messages' })
    .order('last_message_at', { ascending: false, nullsFirst: false })
    .order('id')
    .throwOnError()
  return Promise.all(
    data.map(async ({ id, name, chat_messages: [last] }) => {
      const unread = await supabase.rpc('get_unread_count', { p_chat_id: id, p_user_id: me }).throwOnError()
      return { id, name: name ?? 'The two of us', last, unread: unread.data }
    }),
  )
}

/** The messages of a conversation, deleted ones too, so that what was heard of one is never undone. */
export async function messagesOf(chat) {
  const query = supabase.from('chat_messages').select().eq('chat_id', chat)
  const { data } = await query.order('seq', { ascending: false }).limit(MOST).throwOnError()
  return data
}

/** Says that what others wrote was delivered ('delivered') or seen ('read'). */
export function mark(what, chat, me) {
  const who = what === 'read' ? { p_user_id: me } : { p_receiver_id: me }
  return supabase.rpc(`mark_messages_as_${what}`, { p_chat_id: chat, ...who })
}

/** Calls what is given now, and again for each change and each time that changes begin to flow. Returns how to stop. */
export function follow(topic, changes, { onChange, onFlow, onStatus }) {
  // A topic of its own: under StrictMode the last one may still be on its way out.
  const channel = supabase.channel(`${topic}:${crypto.randomUUID()}`)
  for (const each of changes) channel.on('postgres_changes', { event: '*', schema: 'public', ...each }, onChange)
  channel.on('system', {}, ({ extension, status }) => {
    if (extension === 'postgres_changes' && status === 'ok') onFlow()
  })
  channel.subscribe(onStatus)
  return () => {
    supabase.removeChannel(channel)
  }
}
