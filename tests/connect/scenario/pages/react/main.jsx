import { StrictMode, createContext, useContext, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { supabase } from './backend'
import { useConversations, useOnline } from './hooks'
import { outbox } from './outbox'
import { Thread } from './thread'

const Me = createContext(null)

function SignIn() {
  const [wrong, setWrong] = useState(null)
  const signIn = async (event) => {
    event.preventDefault()
    const { email, password } = Object.fromEntries(new FormData(event.target))
    const { error } = await supabase.auth.signInWithPassword({ email, password })
    setWrong(error?.message)
  }
  return (
    <form className="sign-in" aria-label="Sign in" onSubmit={signIn}>
      <label>Email <input name="email" type="email" required /></label>
      <label>Password <input name="password" type="password" required /></label>
      {wrong && <p role="alert">{wrong}</p>}
      <button>Sign in</button>
    </form>
  )
}

function Preview({ last }) {
  const me = useContext(Me)
  if (!last) return <span className="preview">No messages yet</span>
  return <span className="preview">{last.sender_id === me && 'You: '}{last.message_text}</span>
}

function Parlour() {
  const me = useContext(Me)
  const { list, connected } = useConversations(me)
  const online = useOnline()
  const [chosen, setChosen] = useState(null)
  const open = list?.find(({ id }) => id === chosen)
  return (
    <>
      <header>
        Parlour <span role="status">{online && connected ? 'Connected' : 'No connection'}</span>
      </header>
      <nav aria-label="Conversations">
        {list ? (
          <ul>
            {list.map(({ id, name, last, unread }) => (
              <li key={id}>
                <button aria-current={id === chosen} onClick={() => setChosen(id)}>
                  <strong>{name}</strong>
                  <Preview last={last} />
                  {unread > 0 && <span className="count" aria-label={`${unread} unread`}>{unread}</span>}
                </button>
              </li>
            ))}
          </ul>
        ) : (
          <p>Loading…</p>
        )}
      </nav>
      {open && <Thread key={open.id} chat={open} me={me} />}
    </>
  )
}

function App() {
  const [me, setMe] = useState(undefined)
  useEffect(() => {
    const { data } = supabase.auth.onAuthStateChange((_, session) => setMe(session?.user.id ?? null))
    return () => data.subscription.unsubscribe()
  }, [])
  useEffect(() => {
    if (me) outbox.open(me)
  }, [me])
  if (me === undefined) return null
  return me ? <Me value={me}><Parlour /></Me> : <SignIn />
}

createRoot(document.getElementById('root')).render(<StrictMode><App /></StrictMode>)
