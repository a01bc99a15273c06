importScripts('asks.js')
onmessage = async (event) => postMessage(await asked(event.data))
