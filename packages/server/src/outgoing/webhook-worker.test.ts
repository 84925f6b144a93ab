import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { expectStatus } from '../testing/http-client.ts'
import { describeOnBothStorages } from '../testing/in-process.ts'
import { until } from '../testing/until.ts'
import { openWebhookReceiver } from '../testing/webhook-receiver.ts'
import { createScene, eventOf, reachesThisMachine } from '../testing/webhook-scene.ts'

const organizations = 5
const webhooksEach = 20
const receivers = organizations * webhooksEach
const eventsEach = 12
/** Of one webhook, while it is thought to answer. */
const sideBySide = 8

/** A receiver that takes every connection, reads what is sent to it, and never says anything. */
async function openSilence() {
  const sockets = new Map<Socket, string>()
  let ended = 0
  const server = createServer((socket) => {
    sockets.set(socket, '')
    socket.on('data', (bytes: Buffer) => sockets.set(socket, (sockets.get(socket) ?? '') + bytes.toString('latin1')))
    socket.on('error', () => {})
    socket.on('close', () => {
      ended += 1
      sockets.delete(socket)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    /** By the path that is asked for: how many requests are waiting for an answer. */
    waiting(): ReadonlyMap<string, number> {
      const counts = new Map<string, number>()
      for (const text of sockets.values()) {
        const [, path] = /^POST (\S+) /.exec(text) ?? []
        if (path !== undefined) counts.set(path, (counts.get(path) ?? 0) + 1)
      }
      return counts
    },
    ended: () => ended,
    async close() {
      for (const socket of sockets.keys()) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

describeOnBothStorages(`while ${receivers} receivers never answer`, (open) => {
  test('verification, mints and other webhooks go on, and no receiver is sent more than a few at a time', async () => {
    const [silence, receiver] = [await openSilence(), await openWebhookReceiver()]
    const mintmark = await open(reachesThisMachine)
    const scenes = []
    for (let count = 0; count < organizations; count += 1) {
      const scene = await createScene(mintmark, receiver)
      for (let index = 0; index < webhooksEach; index += 1) {
        await scene.create(['*'], `http://127.0.0.1:${silence.port}/${scene.acme.id}/${index}`)
      }
      scenes.push(scene)
    }
    const other = await createScene(mintmark, receiver)
    await other.create(['api_key.created'])
    for (let event = 0; event < eventsEach; event += 1) {
      await Promise.all(scenes.map(({ acme }) => acme.mint()))
    }
    await until(async () => (silence.waiting().size === receivers ? true : null))
    // From here on all of them are being waited for.
    for (const { acme } of [other, ...scenes]) {
      const { key } = await acme.mint()
      expect(expectStatus(200, await mintmark.operator.post('/v1/verify', { key }))).toMatchObject({ valid: true })
    }
    const { id } = await other.acme.mint()
    const told = await receiver.first(2)
    expect(told.map((one) => eventOf(one).data.id)).toContain(id)
    expect(silence.ended(), 'nobody waited for any of them').toBe(0)
    expect(silence.waiting().size).toBe(receivers)
    expect(Math.max(...silence.waiting().values())).toBeLessThanOrEqual(sideBySide)
    await silence.close()
    await receiver.close()
  })
})
