import { useCallback, useEffect, useMemo, useReducer, useState, useSyncExternalStore } from 'react'
import { conversationsOf, follow, mark, messagesOf } from './backend'
import { outbox } from './outbox'

const RANK = ['sent', 'delivered', 'read']
const PAUSE = 1000

/** Runs an action now and whenever it is asked for, never twice at once. */
function useRefresh(action) {
  return useMemo(() => {
    let running = false
    let again = false
    const refresh = async () => {
      again = true
      if (running) return
      running = true
      while (again) {
        again = false
        try {
          await action()
        } catch {
          setTimeout(refresh, PAUSE)
        }
      }
      running = false
    }
    return refresh
  }, [action])
}

export function useConversations(me) {
  const [list, setList] = useState(null)
  const [connected, setConnected] = useState(false)
  const delivered = useMemo(() => new Map(), [me])
  const load = useCallback(async () => {
    const found = await conversationsOf(me)
    setList(found)
    for (const { id, last, unread } of found) {
      const now = `${unread} up to ${last?.seq}`
      if (!unread || delivered.get(id) === now) continue
      delivered.set(id, now)
      mark('delivered', id, me).then(({ error }) => error && delivered.delete(id))
    }
  }, [me, delivered])
  const refresh = useRefresh(load)
  useEffect(() => {
    refresh()
    const stop = follow('conversations', [{ table: 'chat_messages' }, { table: 'chat_participants' }], {
      onChange: refresh,
      onFlow: refresh,
      onStatus: (status) => setConnected(status === 'SUBSCRIBED'),
    })
    addEventListener('online', refresh)
    return () => {
      removeEventListener('online', refresh)
      stop()
    }
  }, [refresh])
  return { list, connected }
}

/** What is known of a row after it was heard of once more; events and answers may overtake each other. */
function newer(known, row) {
  if (!known) return row
  const rank = Math.max(RANK.indexOf(known.status), RANK.indexOf(row.status))
  return { ...row, status: RANK[rank], deleted_at: known.deleted_at ?? row.deleted_at }
}

function reduce(rows, action) {
  const next = new Map(rows)
  for (const row of action.rows) next.set(row.id, newer(next.get(row.id), row))
  return next
}

export function useMessages(chat) {
  const [rows, dispatch] = useReducer(reduce, new Map())
  const load = useCallback(async () => dispatch({ type: 'loaded', rows: await messagesOf(chat) }), [chat])
  const refresh = useRefresh(load)
  useEffect(() => {
    refresh()
    return follow('thread', [{ table: 'chat_messages', filter: `chat_id=eq.${chat}` }], {
      onChange: ({ eventType, new: row }) => eventType !== 'DELETE' && dispatch({ type: 'heard', rows: [row] }),
      onFlow: refresh,
    })
  }, [chat, refresh])
  const posted = useSyncExternalStore(outbox.subscribe, outbox.entries)
  return useMemo(() => reconciled([...rows.values()], posted.filter(({ row }) => row.chat_id === chat)), [rows, posted, chat])
}

/** The stored messages in order, then those that are under way. */
function reconciled(stored, posted) {
  const ids = new Set(stored.map((row) => row.client_generated_id))
  const own = posted.filter(({ row }) => !ids.has(row.client_generated_id))
  const confirmed = own.filter(({ state }) => state === 'stored').map(({ row }) => row)
  const waiting = own.filter(({ state }) => state !== 'stored')
  const known = [...stored, ...confirmed].filter((row) => !row.deleted_at).sort((a, b) => a.seq - b.seq)
  return [...known, ...waiting.map(({ row, state }) => ({ ...row, status: state }))]
}

/** Whether the browser has a network. */
export function useOnline() {
  return useSyncExternalStore(
    (listener) => {
      for (const event of ['online', 'offline']) addEventListener(event, listener)
      return () => ['online', 'offline'].forEach((event) => removeEventListener(event, listener))
    },
    () => navigator.onLine,
  )
}
