import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const key = 'mk_live_canaryCanaryCanaryCanaryCanaryCana'
let server: Server
let url: string
let asked: Promise<unknown[]>

beforeAll(async () => {
  // It answers nobody, so that whoever asks can be looked at.
  server = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('It listens on a port')
  url = `http://127.0.0.1:${address.port}`
})
afterAll(() => {
  server.close()
})

/** What whoever lists processes sees of one that has begun to ask. */
async function seen(args: readonly string[], env: Readonly<Record<string, string>>, input = ''): Promise<string> {
  asked = once(server, 'connection')
  const all = ['--conditions=mintmark-source', main, ...args, '--server', url]
  const child = spawn(process.execPath, all, { env: { PATH: process.env['PATH'] ?? '', ...env } })
  try {
    child.stdin.end(input)
    await asked
    return readFileSync(`/proc/${child.pid}/cmdline`, 'latin1')
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

describe.runIf(existsSync('/proc/self/cmdline'))('the process list', () => {
  test('has no key that came by the environment, standard input or a file', async () => {
    expect(await seen(['me'], { MINTMARK_API_KEY: key })).toContain('me\0')
    expect(await seen(['me'], { MINTMARK_API_KEY: key })).not.toContain('canary')
    expect(await seen(['me', '--api-key-file', '-'], {}, key)).not.toContain('canary')
    expect(await seen(['verify'], { MINTMARK_API_KEY: 'mmo_operator' }, key)).not.toContain('canary')
  })

  test.each([[['--api-key', key]], [[`--api-key=${key}`]]])('has lost what came by %j once it asks', async (option) => {
    expect(await seen(['me', ...option], {})).not.toContain('canary')
  })
})
