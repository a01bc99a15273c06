import { computed, createApp, h, nextTick, onMounted, onUnmounted, reactive, ref, watch } from 'vue'
import { client, keepTrying, loadChats, loadMessages, whoIsThere } from '../common.js'

// A store, as Pinia's, without Pinia.
const store = reactive({
  me: null,
  chats: [],
  open: null,
  stored: [],
  unsent: [],
  async refreshChats() {
    this.chats = await loadChats(this.me)
  },
  async refreshMessages() {
    const chat = this.open
    if (!chat) return
    const rows = await loadMessages(chat)
    if (chat === this.open) this.stored = rows
  },
  send(text) {
    const row = {
      chat_id: this.open,
      sender_id: this.me,
      message_text: text,
      client_generated_id: crypto.randomUUID(),
    }
    this.unsent.push(row)
    keepTrying(row)
  },
})

const Message = {
  props: ['row'],
  setup(props) {
    return () => h('li', { class: { mine: props.row.sender_id === store.me } }, [h('span', props.row.message_text)])
  },
}

const Chat = {
  props: ['chat'],
  setup(props) {
    const text = ref('')
    const log = ref(null)
    let channel
    const rows = computed(() => {
      const known = new Set(store.stored.map((row) => row.client_generated_id))
      return [...store.stored, ...store.unsent.filter((row) => !known.has(row.client_generated_id))]
    })
    const load = () => store.refreshMessages()
    onMounted(() => {
      load()
      const messages = { event: '*', schema: 'public', table: 'chat_messages', filter: `chat_id=eq.${props.chat.id}` }
      channel = client
        .channel(`chat ${props.chat.id}`)
        .on('postgres_changes', messages, load)
        .on('system', {}, ({ status }) => status === 'ok' && load())
        .subscribe()
    })
    onUnmounted(() => client.removeChannel(channel))
    watch(rows, () => nextTick(() => log.value?.lastElementChild?.scrollIntoView()))
    const submit = (event) => {
      event.preventDefault()
      if (text.value.trim()) store.send(text.value.trim())
      text.value = ''
    }
    return () =>
      h('main', [
        h('h1', props.chat.name),
        h('ol', { id: 'log', ref: log }, rows.value.map((row) => h(Message, { row, key: row.client_generated_id ?? row.id }))),
        h('form', { onSubmit: submit }, [
          h('textarea', { value: text.value, onInput: (event) => (text.value = event.target.value) }),
          h('button', 'Send'),
        ]),
      ])
  },
}

const App = {
  setup() {
    onMounted(() => {
      const load = () => store.refreshChats()
      load()
      client
        .channel('list')
        .on('postgres_changes', { event: '*', schema: 'public', table: 'chat_messages' }, load)
        .on('postgres_changes', { event: '*', schema: 'public', table: 'chat_participants' }, load)
        .on('system', {}, ({ status }) => status === 'ok' && load())
        .subscribe()
    })
    const open = (id) => Object.assign(store, { open: id, stored: [], unsent: [] })
    return () => {
      const chat = store.chats.find(({ id }) => id === store.open)
      return [
        h('div', { id: 'list' }, store.chats.map(({ id, name, last }) =>
          h('article', { key: id, onClick: () => open(id) }, [h('b', name), h('p', last)]),
        )),
        chat && h(Chat, { chat, key: chat.id }),
      ]
    }
  },
}

whoIsThere().then((me) => {
  store.me = me
  createApp(App).mount('#root')
})
