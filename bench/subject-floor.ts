// The floor: what Node's HTTP server costs by itself. It reads the body and answers 400 bytes of JSON.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerCpu } from './answer-rounds.js'

const body = JSON.stringify({ valid: true, padding: 'x'.repeat(373) })

const server = createServer((request, response) => {
  request.on('data', () => undefined)
  request.on('end', () => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length })
    response.end(body)
  })
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  answerCpu({ port })
})
