// What was written and is not known to be stored. It is kept over a reload, and sent one after the other.
import { supabase } from './backend'

const PREFIX = 'parlour.unsent.'
const SHORTEST = 500
const LONGEST = 8000

let entries = []
let sending = false
const listeners = new Set()

export const outbox = {
  subscribe(listener) {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  entries: () => entries,
  open(me) {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))
    const kept = keys.map((key) => JSON.parse(localStorage.getItem(key)))
    change(kept.filter(({ row }) => row.sender_id === me).sort((a, b) => a.at - b.at))
    send()
  },
  post(row) {
    const entry = { row, at: Date.now(), state: 'sending' }
    localStorage.setItem(PREFIX + row.client_generated_id, JSON.stringify(entry))
    change([...entries, entry])
    send()
  },
}

function change(next) {
  entries = next
  for (const listener of listeners) listener()
}

function settle(entry, state, row = entry.row) {
  localStorage.removeItem(PREFIX + entry.row.client_generated_id)
  change(entries.map((each) => (each === entry ? { ...entry, state, row } : each)))
}

async function send() {
  if (sending) return
  sending = true
  let pause = SHORTEST
  for (let next; (next = entries.find(({ state }) => state === 'sending')); ) {
    const table = supabase.from('chat_messages')
    let { data, error, status } = await table.insert(next.row).select().single()
    if (error?.code === '23505') {
      // It was stored before, and the answer was lost.
      ;({ data, error, status } = await table.select().eq('client_generated_id', next.row.client_generated_id).single())
    }
    if (!error) {
      settle(next, 'stored', data)
      pause = SHORTEST
    } else if (status >= 400 && status < 500 && ![401, 408, 429].includes(status)) {
      settle(next, 'failed')
    } else {
      await new Promise((resolve) => {
        setTimeout(resolve, pause)
        addEventListener('online', resolve, { once: true })
      })
      pause = Math.min(2 * pause, LONGEST)
    }
  }
  sending = false
}
