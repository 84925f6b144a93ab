import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { promise, runningExample } from '@mintmark/example-conformance'
import { beforeAll, describe, expect } from 'vitest'
import { printed, replaced } from './testing/printed.ts'

type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string }

const programs = join(import.meta.dirname, '..', '..', 'node_modules', '.bin')
const searchPath = [programs, process.env['PATH']].join(delimiter)

/** In a shell of somebody who has installed their command line, in the folder of the example. */
function shell(script: string, env: Readonly<Record<string, string>>): Promise<Ran> {
  const { AF_API_KEY: _, ...inherited } = process.env
  const own = { ...inherited, PATH: searchPath, ...env }
  return new Promise((resolve) => {
    execFile('bash', ['-c', script], { cwd: import.meta.dirname, env: own }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr })
    })
  })
}

describe('Alternate Futures: clients', () => {
  const futures = runningExample('alternate-futures')
  let session: string
  let key: string
  let unprivileged: string
  let siteId: string
  const run = (script: string, env: Readonly<Record<string, string>> = {}) =>
    shell(script, { AF_API_URL: futures().url, ...env })
  const asPrinted = (text: string): string => replaced(text, { host: futures().url, key })
  const create = async (permissions: readonly string[]) =>
    (await futures().call('POST', '/v1/api-keys', { key: session, body: { name: 'CLI', permissions } })).body

  beforeAll(async () => {
    session = futures().person('admin').sessionToken
    key = (await create(['all'])).key
    unprivileged = (await create(['agents:read'])).key
    siteId = (await futures().call('POST', '/v1/sites', { key, body: { name: 'harbour' } })).body.id
  })

  promise('AF-3', 'af sites list, with the key of the environment, as printed', async () => {
    const { code, stdout } = await run(asPrinted(printed.environment))
    expect(code).toBe(0)
    expect(stdout).toMatch(/^id\tname\tdomain\tcreatedAt\n/)
    expect(stdout).toContain(`${siteId}\tharbour\t-\t`)
  })

  promise('AF-3', 'af sites list, with the key passed directly, which is meant before the environment’s', async () => {
    for (const env of [{}, { AF_API_KEY: unprivileged }]) {
      const { code, stdout } = await run(asPrinted(printed.direct), env)
      expect([code, stdout.includes(siteId)]).toEqual([0, true])
    }
  })

  promise('AF-3', 'a refusal is said in the API’s words, and nothing on standard output', async () => {
    const refusals = [
      [`af sites list --api-key ${unprivileged}`, 1, 'Missing sites:read permission.\n'],
      [printed.direct, 1, 'This credential is not recognised.\n'],
      ['af sites list --api-key af_live_SmKl…', 1, 'This credential is not recognised.\n'],
      ['af sites list', 4, 'Say which key: AF_API_KEY, or --api-key.\n'],
      ['AF_API_URL=http://127.0.0.1:1 AF_API_KEY=x af sites list', 1, 'http://127.0.0.1:1 cannot be reached.\n'],
      ['af sites fly', 2, 'Usage: af'],
      [`AF_API_KEY=${key} af sites list harbour`, 2, 'Usage: af'],
    ] as const
    for (const [script, code, words] of refusals) {
      const ran = await run(script)
      expect([script, ran.code, ran.stdout]).toEqual([script, code, ''])
      expect(ran.stderr.startsWith(words), ran.stderr).toBe(true)
    }
  })

  promise('AF-3', 'whoever lists processes sees no key that was passed directly, while it is used', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    const env = { ...process.env, PATH: searchPath, AF_API_URL: address }
    const waiting = spawn(join(programs, 'af'), ['sites', 'list', '--api-key', key], { env, stdio: 'ignore' })
    await once(silent, 'request')
    const { stdout } = await run(`ps -o args= -p ${waiting.pid}`)
    expect(stdout.trim()).toBe('af')
    waiting.kill()
    silent.closeAllConnections()
    silent.close()
  })

  promise('AF-3', 'it lists all there is, more than fits on a page', async () => {
    const { key: many } = await create(['all'])
    for (let made = 0; made < 55; made += 1) {
      await futures().call('POST', '/v1/agents', { key: session, body: { name: `agent ${made}` } })
      await futures().call('POST', '/v1/agents', { key: session, body: { name: `agent ${made}, again` } })
    }
    const { stdout } = await run(`af agents list --json --api-key ${many}`)
    expect(JSON.parse(stdout)).toHaveLength(110)
  })

  promise('AF-4', 'the SDK, as printed', async () => {
    const script = 'node --input-type=module-typescript --eval "$SNIPPET"'
    const SNIPPET = `${printed.sdk}\nconsole.log(JSON.stringify(sites));`
    const listed = await run(script, { SNIPPET, AF_API_KEY: key })
    expect([listed.code, listed.stderr]).toEqual([0, ''])
    expect(JSON.parse(listed.stdout)).toEqual([expect.objectContaining({ id: siteId, name: 'harbour' })])
    const refused = await run(script, { SNIPPET, AF_API_KEY: unprivileged })
    expect([refused.code, refused.stdout]).toEqual([1, ''])
    expect(refused.stderr).toContain('Missing sites:read permission.')
    expect((await run(script, { SNIPPET })).stderr).toContain('apiKey is missing.')
  })

  promise('AF-5', 'the command of their page, with host and key replaced', async () => {
    const { stdout } = await run(asPrinted(printed.curl))
    expect(JSON.parse(stdout).data).toEqual([expect.objectContaining({ id: siteId, name: 'harbour' })])
  })

  promise('AF-5', 'a key is read from Authorization, as bearer, and from nowhere else', async () => {
    const at = `${futures().url}/v1/sites`
    const status = async (options: string): Promise<string> =>
      (await run(`curl -s -o /dev/null -w '%{http_code}' ${options}`)).stdout
    expect(await status(`${at} -H 'authorization: bearer ${key}'`)).toBe('200')
    for (const options of [
      at,
      `${at} -H 'X-API-Key: ${key}'`,
      `${at} -u '${key}:'`,
      `${at} -b 'Authorization=${key}'`,
      `'${at}?api_key=${key}&access_token=${key}'`,
      `${at} -H 'Authorization: ${key}'`,
    ]) {
      expect([options, await status(options)]).toEqual([options, '401'])
    }
  })

  promise('AF-5', 'every refusal is one sentence, in JSON', async () => {
    const at = `${futures().url}/v1/sites`
    const refusals = [
      [401, 'GET', at, {}],
      [403, 'GET', at, { authorization: `Bearer ${unprivileged}` }],
      [404, 'GET', `${at}/none`, { authorization: `Bearer ${key}` }],
      [404, 'GET', `${futures().url}/nowhere`, { authorization: `Bearer ${key}` }],
      [405, 'PUT', at, { authorization: `Bearer ${key}` }],
      [400, 'POST', at, { authorization: `Bearer ${key}` }, '{"name":'],
      [400, 'POST', at, { authorization: `Bearer ${key}` }, '{"title":"x"}'],
      [413, 'POST', at, { authorization: `Bearer ${key}` }, JSON.stringify({ name: 'x'.repeat(70_000) })],
    ] as const
    for (const [status, method, url, headers, body] of refusals) {
      const answer = await fetch(url, { method, headers, ...(body !== undefined && { body }) })
      expect([method, url, answer.status]).toEqual([method, url, status])
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
      expect(await answer.json()).toEqual({ error: expect.stringMatching(/^[A-Z][^{}]+\.$/) })
    }
  })

  promise(['AF-7', 'AF-8'], 'at a terminal af asks, and does nothing unless the answer is yes', async () => {
    const { id } = await create(['sites:read'])
    const atTerminal = async (verb: string, answer: string): Promise<string> => {
      const script = `printf '${answer}\n' | script -qec 'af api-keys ${verb} ${id}' /dev/null`
      return (await run(script, { AF_API_KEY: session })).stdout
    }
    const status = async () => (await futures().call('GET', `/v1/api-keys/${id}`, { key: session })).body.status
    for (const answer of ['', 'n', 'yeah']) expect(await atTerminal('revoke', answer)).toContain('Nothing was done.')
    expect(await status()).toBe('active')
    expect(await atTerminal('revoke', 'y')).toMatch(
      /Revoke "CLI" \(af_live_\w{4}…\)\? .* cannot be reactivated\. \[y\/N\]/,
    )
    expect(await status()).toBe('revoked')
    expect(await atTerminal('delete', 'no')).toContain('Nothing was done.')
    expect(await status()).toBe('revoked')
    expect(await atTerminal('delete', 'yes')).toMatch(/Delete "CLI" .* cannot be recovered\. \[y\/N\]/)
    expect(await status()).toBeUndefined()
  })

  promise('AF-7', 'af api-keys revoke asks for confirmation, and without a terminal for --yes', async () => {
    const { id, key: doomed } = await create(['sites:read'])
    const env = { AF_API_KEY: session }
    const asked = await run(`af api-keys revoke ${id} </dev/null`, env)
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('cannot be reactivated. Say --yes.')])
    expect((await futures().call('GET', '/v1/sites', { key: doomed })).status).toBe(200)
    expect((await run(`af api-keys revoke ${id} --yes`, env)).code).toBe(0)
    expect((await futures().call('GET', '/v1/sites', { key: doomed })).status).toBe(401)
    expect((await run('af api-keys list', env)).stdout).toMatch(new RegExp(`^${id}\t.*\trevoked$`, 'm'))
  })

  promise('AF-8', 'af api-keys delete asks for confirmation, and without a terminal for --yes', async () => {
    const { id } = await create(['sites:read'])
    const env = { AF_API_KEY: session }
    const asked = await run(`af api-keys delete ${id} </dev/null`, env)
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('cannot be recovered. Say --yes.')])
    expect((await run('af api-keys list', env)).stdout).toContain(id)
    expect((await run(`af api-keys delete ${id} --yes`, env)).code).toBe(0)
    expect((await run('af api-keys list', env)).stdout).not.toContain(id)
  })
})
