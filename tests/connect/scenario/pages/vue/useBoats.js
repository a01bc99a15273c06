import { reactive } from 'vue/dist/vue.esm-bundler.js'
import { channelOf, oneAtATime, supabase } from './client.js'

/** The store of the conversations, one for the whole page. */
export const boats = reactive({ me: null, all: [], open: null })

const refresh = oneAtATime(async () => {
  const { data, error } = await supabase
    .from('chat_participants')
    .select('chats(id, name, last_message_at, chat_messages(message_text, sender_id, seq))')
    .eq('user_id', boats.me)
    .is('chats.chat_messages.deleted_at', null)
    .order('seq', { referencedTable: 'chats.chat_messages', ascending: false })
    .limit(1, { referencedTable: 'chats.chat_messages' })
  if (error) return false
  boats.all = data.map(({ chats: { chat_messages: [last], ...chat } }) => ({ ...chat, last }))
  boats.all.sort((a, b) => when(b) - when(a) || (a.id < b.id ? -1 : 1))
  return true
})

function when(chat) {
  return chat.last_message_at ? Date.parse(chat.last_message_at) : 0
}

export async function embark() {
  const { data } = await supabase.auth.getSession()
  boats.me = data.session?.user.id ?? null
  if (!boats.me) return
  refresh()
  channelOf('boats', [{ table: 'chat_messages' }, { table: 'chat_participants' }], refresh, refresh)
}
