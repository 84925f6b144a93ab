import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call } from './testing/client.ts'
import { startEmbedded, type Installation } from './testing/installation.ts'

const muchTooLarge = 'x'.repeat(5_000_000)

describe('a body that is not read to its end', () => {
  let installation: Installation
  beforeAll(async () => {
    installation = await startEmbedded()
  })
  afterAll(() => installation.remove())

  const headersOf = (key: string) => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' })

  test.each([
    ['/v1/verify', 413],
    ['/v1/verify/batch', 413],
    ['/v1/organizations', 413],
    ['/v1/forward-auth', 403],
  ])('of POST %s does not take the answer, %i, along', async (path, status) => {
    const headers = headersOf(installation.operatorKey)
    for (let times = 0; times < 20; times += 1) {
      const answer = await fetch(`${installation.url}${path}`, { method: 'POST', headers, body: muchTooLarge })
      expect(answer.status).toBe(status)
      expect(await answer.json()).toMatchObject({ status })
    }
  })

  test.each([
    ['announced', `Content-Length: ${muchTooLarge.length}\r\n\r\n`, ''],
    ['in chunks', `Transfer-Encoding: chunked\r\n\r\n${muchTooLarge.length.toString(16)}\r\n`, '\r\n0\r\n\r\n'],
  ])('is followed by no other request: %s', async (_, head, end) => {
    const { port, hostname } = new URL(installation.url)
    const key = installation.operatorKey
    const common = `Host: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\n`
    for (const path of ['/v1/verify', '/v1/organizations']) {
      const socket = connect(Number(port), hostname)
      let text = ''
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
      socket.on('error', () => {})
      const closed = new Promise((resolve) => socket.once('close', resolve))
      await once(socket, 'connect')
      socket.write(`POST ${path} HTTP/1.1\r\n${common}${head}${muchTooLarge}${end}`)
      const body = '{"id":"hidden","name":"Hidden"}'
      socket.write(`POST /v1/organizations HTTP/1.1\r\n${common}Content-Length: ${body.length}\r\n\r\n${body}`)
      await closed
      expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413'])
      expect((await call(installation.url, 'GET', '/v1/organizations/hidden', { key })).status).toBe(404)
    }
  })
})
