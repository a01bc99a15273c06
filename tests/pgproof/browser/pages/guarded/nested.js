onmessage = (event) => {
  const inner = new Worker('dedicated.js')
  inner.onmessage = (said) => postMessage(said.data)
  inner.postMessage(event.data)
}
