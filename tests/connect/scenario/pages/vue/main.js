import { computed, createApp } from 'vue/dist/vue.esm-bundler.js'
import { Deck } from './Deck.js'
import { boats, embark } from './useBoats.js'

const Harbour = {
  components: { Deck },
  setup() {
    const current = computed(() => boats.all.find(({ id }) => id === boats.open))
    const said = ({ last }) => (last ? `${last.sender_id === boats.me ? 'Me' : 'Them'} — ${last.message_text}` : '…')
    return { boats, current, said }
  },
  template: `
    <p v-if="!boats.me">Come back with a session.</p>
    <div v-else class="harbour">
      <TransitionGroup name="shift" tag="div" class="boats">
        <dl v-for="chat in boats.all" :key="chat.id" class="boat" :class="{ anchored: chat.id === boats.open }"
          @click="boats.open = chat.id">
          <dt>{{ chat.name ?? 'Two of us' }}</dt>
          <dd>{{ said(chat) }}</dd>
        </dl>
      </TransitionGroup>
      <Transition name="fade" mode="out-in">
        <Deck v-if="current" :key="current.id" :chat="current" />
      </Transition>
    </div>`,
}

embark().then(() => createApp(Harbour).mount('#app'))
