import { computed, onScopeDispose, reactive, ref } from 'vue/dist/vue.esm-bundler.js'
import { channelOf, oneAtATime, supabase } from './client.js'
import { boats } from './useBoats.js'

const PAGE = 40
const ORDER = ['sent', 'delivered', 'read']

/** The messages of one conversation, the newest first, for as long as the component that asks for them is there. */
export function useTide(chat) {
  const rows = reactive(new Map())
  const ready = ref(false)
  const hasOlder = ref(true)
  const messages = computed(() => [...rows.values()].filter((row) => !row.deleted_at).sort((a, b) => b.seq - a.seq))

  function take(row) {
    const known = rows.get(row.id)
    const status = known && ORDER.indexOf(known.status) > ORDER.indexOf(row.status) ? known.status : row.status
    rows.set(row.id, { ...row, status, deleted_at: row.deleted_at ?? known?.deleted_at })
  }
  const table = () => supabase.from('chat_messages').select().eq('chat_id', chat)
  const oldest = () => Math.min(...[...rows.values()].map((row) => row.seq))

  const catchUp = oneAtATime(async () => {
    const query = table().order('seq', { ascending: false })
    const isFirst = !ready.value
    const { data, error } = await (isFirst || !rows.size ? query.limit(PAGE) : query.gte('seq', oldest()))
    if (error) return false
    if (isFirst) hasOlder.value = data.length === PAGE
    data.forEach(take)
    ready.value = true
    return true
  })
  const loadOlder = oneAtATime(async () => {
    if (!ready.value || !hasOlder.value) return true
    const { data, error } = await table().lt('seq', oldest()).order('seq', { ascending: false }).limit(PAGE)
    if (error) return false
    hasOlder.value = data.length === PAGE
    data.forEach(take)
    return true
  })
  async function send(text, answered) {
    const row = {
      chat_id: chat,
      sender_id: boats.me,
      message_text: text,
      reply_to_message_id: answered?.id ?? null,
      client_generated_id: crypto.randomUUID(),
    }
    const { data, error } = await supabase.from('chat_messages').insert(row).select().single()
    if (data) take(data)
    return !error
  }
  const quoted = (row) => rows.get(row.reply_to_message_id)?.message_text

  catchUp()
  const heard = ({ eventType, new: row }) => (eventType === 'INSERT' || rows.has(row.id)) && take(row)
  const channel = channelOf(`tide-${chat}`, [{ table: 'chat_messages', filter: `chat_id=eq.${chat}` }], heard, catchUp)
  onScopeDispose(() => supabase.removeChannel(channel))
  return { messages, ready, hasOlder, loadOlder, send, quoted }
}
