importScripts('asks.js')
onconnect = ({ ports: [port] }) => {
  port.onmessage = async (event) => port.postMessage(await asked(event.data))
}
