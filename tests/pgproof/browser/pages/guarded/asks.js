// What each kind of worker does: it asks as it is told, and says the status and the text of the answer.
async function asked({ url, method, frame }) {
  if (frame) {
    return new Promise((resolve) => {
      const socket = new WebSocket(url)
      socket.onopen = () => socket.send(frame)
      socket.onmessage = (event) => resolve(event.data)
      socket.onerror = () => resolve('error')
    })
  }
  try {
    const answer = await fetch(url, { method, ...(method === 'POST' ? { body: '{}' } : {}) })
    return `${answer.status} ${await answer.text()}`
  } catch (error) {
    return String(error)
  }
}
