import { StrictMode, useCallback, useEffect, useRef, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { client, keepTrying, loadChats, loadMessages, whoIsThere } from '../common.js'

function useChats(me) {
  const [chats, setChats] = useState(null)
  const load = useCallback(() => loadChats(me).then(setChats), [me])
  useEffect(() => {
    load()
    const channel = client
      .channel('list')
      .on('postgres_changes', { event: '*', schema: 'public', table: 'chat_messages' }, load)
      .on('postgres_changes', { event: '*', schema: 'public', table: 'chat_participants' }, load)
      .on('system', {}, ({ status }) => status === 'ok' && load())
      .subscribe()
    return () => {
      client.removeChannel(channel)
    }
  }, [load])
  return chats
}

function useMessages(chat, me) {
  const [stored, setStored] = useState([])
  const [unsent, setUnsent] = useState([])
  useEffect(() => {
    let current = true
    setStored([])
    setUnsent([])
    const load = async () => {
      const rows = await loadMessages(chat)
      if (current) setStored(rows)
    }
    load()
    const channel = client
      .channel(`chat ${chat}`)
      .on('postgres_changes', { event: '*', schema: 'public', table: 'chat_messages', filter: `chat_id=eq.${chat}` }, load)
      .on('system', {}, ({ status }) => status === 'ok' && load())
      .subscribe()
    return () => {
      current = false
      client.removeChannel(channel)
    }
  }, [chat])
  const send = (text) => {
    const row = { chat_id: chat, sender_id: me, message_text: text, client_generated_id: crypto.randomUUID() }
    setUnsent((rows) => [...rows, row])
    keepTrying(row)
  }
  const known = new Set(stored.map((row) => row.client_generated_id))
  return [[...stored, ...unsent.filter((row) => !known.has(row.client_generated_id))], send]
}

function Chat({ chat, me }) {
  const [messages, send] = useMessages(chat.id, me)
  const [text, setText] = useState('')
  const end = useRef(null)
  useEffect(() => {
    // In braces: a newer browser returns a promise, which React would take for the clean-up.
    end.current?.scrollIntoView()
  }, [messages.length])
  const submit = (event) => {
    event.preventDefault()
    if (text.trim()) send(text.trim())
    setText('')
  }
  return (
    <main>
      <h1>{chat.name}</h1>
      <ol id="log">
        {messages.map((row) => (
          <li key={row.client_generated_id ?? row.id} className={row.sender_id === me ? 'mine' : ''}>
            <span>{row.message_text}</span>
          </li>
        ))}
        <div ref={end} />
      </ol>
      <form onSubmit={submit}>
        <textarea value={text} onChange={(event) => setText(event.target.value)} />
        <button>Send</button>
      </form>
    </main>
  )
}

function App({ me }) {
  const chats = useChats(me)
  const [open, setOpen] = useState(null)
  const chat = chats?.find(({ id }) => id === open)
  return (
    <>
      <div id="list">
        {chats?.map(({ id, name, last }) => (
          <article key={id} onClick={() => setOpen(id)}>
            <b>{name}</b>
            <p>{last}</p>
          </article>
        ))}
      </div>
      {chat && <Chat key={chat.id} chat={chat} me={me} />}
    </>
  )
}

whoIsThere().then((me) =>
  createRoot(document.getElementById('root')).render(
    <StrictMode>
      <App me={me} />
    </StrictMode>,
  ),
)
