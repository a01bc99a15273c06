import { nextTick, onMounted, onUnmounted, ref, watch } from 'vue/dist/vue.esm-bundler.js'
import { supabase } from './client.js'
import { boats } from './useBoats.js'
import { useTide } from './useTide.js'

const NEAR = 30

export const Wave = {
  props: ['row', 'quote', 'ours'],
  emits: ['answer'],
  template: `
    <div class="wave" :class="{ ours }">
      <blockquote v-if="quote">{{ quote }}</blockquote>
      <span class="words" dir="auto">{{ row.message_text }}</span>
      <button title="Reply" @click="$emit('answer', row)">↩</button>
    </div>`,
}

export const Deck = {
  props: ['chat'],
  components: { Wave },
  setup(props) {
    const { messages, ready, hasOlder, loadOlder, send, quoted } = useTide(props.chat.id)
    const kept = `harbour-draft-${props.chat.id}`
    const words = ref(localStorage.getItem(kept) ?? '')
    const answered = ref(null)
    const busy = ref(false)
    const tide = ref(null)
    const shore = ref(null)
    watch(words, (text) => localStorage.setItem(kept, text))

    async function submit(event) {
      const text = words.value.trim()
      if (event.isComposing || event.shiftKey) return
      event.preventDefault()
      if (busy.value || !text) return
      busy.value = true
      if (await send(text, answered.value)) {
        words.value = ''
        answered.value = null
        tide.value?.scrollTo(0, 0)
      }
      busy.value = false
    }

    let readUpTo = 0
    function look() {
      const newest = messages.value.find((row) => row.sender_id !== boats.me)?.seq ?? 0
      if (!tide.value || document.hidden || tide.value.scrollTop < -NEAR || newest <= readUpTo) return
      readUpTo = newest
      supabase.rpc('mark_messages_as_read', { p_chat_id: props.chat.id, p_user_id: boats.me }).then(() => {})
    }
    // In a reversed column the distance from the end is what stays, which moves what is read when something is added.
    watch(() => messages.value[0]?.id, async () => {
      const { scrollTop, scrollHeight } = tide.value ?? {}
      await nextTick()
      if (scrollTop < -NEAR) tide.value.scrollTop = scrollTop - (tide.value.scrollHeight - scrollHeight)
      look()
    })

    const observer = new IntersectionObserver(async ([entry]) => {
      if (!entry.isIntersecting || !hasOlder.value) return
      await loadOlder()
      await nextTick()
      if (!shore.value) return
      observer.unobserve(shore.value)
      observer.observe(shore.value)
    })
    watch(ready, async () => {
      await nextTick()
      if (shore.value) observer.observe(shore.value)
      look()
    })
    onMounted(() => document.addEventListener('visibilitychange', look))
    onUnmounted(() => {
      document.removeEventListener('visibilitychange', look)
      observer.disconnect()
    })
    return { boats, messages, ready, quoted, words, answered, busy, tide, shore, submit, look }
  },
  template: `
    <main class="deck" :class="{ afloat: ready }">
      <h1><a class="ashore" href="#" @click.prevent="boats.open = null">‹ Harbour</a> <span>{{ chat.name }}</span></h1>
      <div class="tide" ref="tide" @scroll="look">
        <TransitionGroup name="surf">
          <Wave v-for="row in messages" :key="row.id" :row="row" :quote="quoted(row)"
            :ours="row.sender_id === boats.me" @answer="answered = $event" />
        </TransitionGroup>
        <div class="shore" ref="shore"></div>
      </div>
      <p v-if="answered" class="answering">Answering: {{ answered.message_text }}</p>
      <textarea v-model="words" :readonly="busy" placeholder="Say something" @keydown.enter="submit"></textarea>
    </main>`,
}
