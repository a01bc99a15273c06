// What the two pages have in common: the API, without a framework.
import { createClient } from '@supabase/supabase-js'

export const client = createClient(CONFIG.url, CONFIG.key)

export async function whoIsThere() {
  const { data } = await client.auth.getSession()
  return data.session.user.id
}

export async function loadChats(me) {
  const { data: mine } = await client.from('chat_participants').select('chat_id').eq('user_id', me)
  const { data } = await client
    .from('chats')
    .select('id, name, last_message_at, chat_messages(message_text, seq)')
    .in('id', (mine ?? []).map((each) => each.chat_id))
    .is('chat_messages.deleted_at', null)
    .order('last_message_at', { ascending: false, nullsFirst: false })
    .order('id')
    .order('seq', { referencedTable: 'chat_messages', ascending: false })
    .limit(1, { referencedTable: 'chat_messages' })
  return (data ?? []).map(({ id, name, chat_messages: [newest] }) => ({
    id,
    name: name ?? 'direct',
    last: newest?.message_text ?? '…',
  }))
}

export async function loadMessages(chat) {
  const { data } = await client
    .from('chat_messages')
    .select('id, message_text, sender_id, seq, client_generated_id')
    .eq('chat_id', chat)
    .is('deleted_at', null)
    .order('seq')
  return data ?? []
}

// One after the other, so that the server numbers messages as they were written.
let before = Promise.resolve()
export function keepTrying(row) {
  before = before.then(async () => {
    const { error } = await client.from('chat_messages').insert(row)
    if (error && error.code !== '23505') throw error
  })
  return before
}
