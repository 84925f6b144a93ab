import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../packages/server/src/testing/free-port.ts'
import { mintKey } from './testing/cast.ts'
import { codeBlocks } from './testing/code-blocks.ts'
import { createOrganization, startEmbedded, type Installation } from './testing/installation.ts'
import { outliveNobody } from './testing/served-node.ts'

const root = join(import.meta.dirname, '..')
const blocks = codeBlocks(readFileSync(join(root, 'packages', 'sdk', 'README.md'), 'utf8'))

describe('the README of the SDK', () => {
  let installation: Installation
  let folder: string
  let key: string
  const started: ChildProcess[] = []
  beforeAll(async () => {
    installation = await startEmbedded()
    const { acting, userIds } = await createOrganization(installation)
    key = (await mintKey(installation, acting(userIds['admin']), { name: 'ci' })).key
    // From where the packages of the repository are found by their names.
    const cache = join(root, 'node_modules', '.cache')
    mkdirSync(cache, { recursive: true })
    folder = mkdtempSync(join(cache, 'sdk-readme-'))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  })
  afterAll(async () => {
    for (const child of started) {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    }
    await installation.remove()
    rmSync(folder, { recursive: true })
  })

  const start = (name: string, port: number): ChildProcess => {
    const code = blocks.find((block) => block.name === name)?.text ?? ''
    writeFileSync(join(folder, name), code.replaceAll('3000', String(port)))
    const env = {
      PATH: process.env['PATH'],
      MINTMARK_SERVER: installation.url,
      MINTMARK_API_KEY: installation.operatorKey,
    }
    const args = ['--conditions=mintmark-source', name]
    return spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  }

  test('has nothing but blocks that are run here', () => {
    expect(blocks.map(({ name }) => name)).toEqual([
      'client.js',
      'express.js',
      'fastify.js',
      'hono.js',
      'fetch.js',
      'in-process.js',
    ])
  })

  test('shows a client that works', async () => {
    const child = start('client.js', 0)
    if (child.stdout === null || child.stderr === null) throw new Error('It says nothing.')
    const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)])
    expect(complained).toBe('')
    expect(said).toMatch(/^true member\nci mk_live_\w{8}\n$/)
  })

  test.each(['express.js', 'fastify.js', 'hono.js', 'fetch.js', 'in-process.js'])(
    'shows a guard that works: %s',
    async (name) => {
      const port = await freePort()
      const child = start(name, port)
      started.push(child)
      outliveNobody(child)
      const ask = async (path: string, headers: Record<string, string> = {}) => {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
        return [answer.status, ((await answer.json()) as { role?: string; reason?: string }).role ?? null]
      }
      await expect.poll(() => ask('/projects/web/sites').catch(() => null), { timeout: 15_000 }).toEqual([401, null])
      // Keys of another installation are nobody's.
      const isRemote = name !== 'in-process.js'
      expect(await ask('/projects/web/sites', { 'x-api-key': key })).toEqual(isRemote ? [200, 'admin'] : [401, null])
      expect((await ask('/elsewhere', { 'x-api-key': key }))[0]).toBe(isRemote ? 404 : 401)
    },
  )
})
