import { createClient } from '@supabase/supabase-js'

export const supabase = createClient(SETTINGS.url, SETTINGS.key, { auth: { storageKey: 'harbour-session' } })

/** Calls `heard` for each change, and `flows` each time that changes begin to come. Returns the channel. */
export function channelOf(topic, filters, heard, flows) {
  const channel = supabase.channel(topic)
  for (const filter of filters) channel.on('postgres_changes', { event: '*', schema: 'public', ...filter }, heard)
  channel.on('system', {}, ({ extension, status }) => extension === 'postgres_changes' && status === 'ok' && flows())
  return channel.subscribe()
}

/** An action that is never under way twice, and once more if it was asked for meanwhile. */
export function oneAtATime(action) {
  let wanted = false
  let busy = null
  return () => {
    wanted = true
    busy ??= (async () => {
      while (wanted) {
        wanted = false
        if (!(await action())) {
          await new Promise((resolve) => setTimeout(resolve, 800))
          wanted = true
        }
      }
      busy = null
    })()
    return busy
  }
}
