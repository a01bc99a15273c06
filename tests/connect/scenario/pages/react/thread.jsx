import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { mark } from './backend'
import { useMessages } from './hooks'
import { outbox } from './outbox'

const TICKS = { sending: '◌', sent: '✓', delivered: '✓✓', read: '✓✓', failed: '!' }
const NEAR = 40

function Bubble({ message, mine }) {
  const { status } = message
  return (
    <li className={mine ? 'bubble mine' : 'bubble'}>
      <div>
        <p dir="auto">{message.message_text}</p>
        {mine && <small role="img" aria-label={status}>{TICKS[status]}</small>}
      </div>
    </li>
  )
}

/** Marks as read what is in sight: at the end of the log, in a tab that somebody looks at. */
function useReading(log, chat, me, messages) {
  const read = useRef(0)
  const newest = messages.findLast((each) => each.sender_id !== me)?.seq ?? 0
  useEffect(() => {
    const box = log.current
    const look = () => {
      const below = box.scrollHeight - box.scrollTop - box.clientHeight
      if (document.visibilityState !== 'visible' || below > NEAR || newest <= read.current) return
      read.current = newest
      mark('read', chat, me).then(({ error }) => error && (read.current = 0))
    }
    look()
    box.addEventListener('scroll', look)
    document.addEventListener('visibilitychange', look)
    return () => {
      box.removeEventListener('scroll', look)
      document.removeEventListener('visibilitychange', look)
    }
  }, [log, chat, me, newest])
}

export function Thread({ chat, me }) {
  const messages = useMessages(chat.id)
  const [draft, setDraft] = useState('')
  const log = useRef(null)
  const atEnd = useRef(true)
  useLayoutEffect(() => {
    if (atEnd.current) log.current.scrollTop = log.current.scrollHeight
  }, [messages])
  useReading(log, chat.id, me, messages)

  const submit = (event) => {
    event.preventDefault()
    const text = draft.trim()
    if (!text) return
    setDraft('')
    atEnd.current = true
    const client_generated_id = crypto.randomUUID()
    outbox.post({ chat_id: chat.id, sender_id: me, message_text: text, client_generated_id })
  }
  const onKeyDown = (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) submit(event)
  }
  const onScroll = ({ target }) => {
    atEnd.current = target.scrollHeight - target.scrollTop - target.clientHeight < NEAR
  }
  return (
    <section className="thread" aria-label="Conversation">
      <h2>{chat.name}</h2>
      <ol ref={log} role="log" onScroll={onScroll}>
        {messages.map((each) => (
          <Bubble key={each.client_generated_id ?? each.id} message={each} mine={each.sender_id === me} />
        ))}
      </ol>
      {messages.some(({ status }) => status === 'failed') && <p role="alert">A message could not be sent.</p>}
      <form onSubmit={submit}>
        <textarea
          aria-label="Your message"
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <button aria-label="Send" disabled={!draft.trim()}>➤</button>
      </form>
    </section>
  )
}
