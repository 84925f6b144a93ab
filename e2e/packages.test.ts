import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { outliveNobody } from './testing/served-node.ts'
import { installed, Packed, run } from './testing/packed.ts'

const root = join(import.meta.dirname, '..')
const tool = (name: string): string => join(root, 'node_modules', '.bin', name)
const slowMs = 300_000

/** What a program does with the SDK, in plain JavaScript: a client, and guards that need no framework. */
const program = `
import { createServer } from 'node:http'
import { Mintmark, MintmarkError, verifyWebhook } from '@mintmark/sdk'
import { guard as connect } from '@mintmark/sdk/express'
import { everyPath, guard as fastify } from '@mintmark/sdk/fastify'
import { guard as fetching } from '@mintmark/sdk/fetch'
import { guard as hono } from '@mintmark/sdk/hono'

const [, , server, operatorKey] = process.argv
const mintmark = new Mintmark({ server, key: operatorKey })
const { id } = await mintmark.organizations.create({ name: 'Acme' })
const acting = mintmark.actingIn(id)
const { key } = await acting.keys.create({ name: 'ci', owner: 'organization', role: 'member' })
const verdicts = await Promise.all([mintmark.verify({ key }), mintmark.verify({ key: 'nonsense' })])
const names = []
for await (const listed of acting.keys.list()) names.push(listed.name)
const policy = { 'GET /sites': { permission: 'projects:read' } }
const headers = { authorization: 'Bearer ' + key }
const guarded = fetching({ verifier: mintmark, policy })(async (_, context) => Response.json(context.role))
const web = await guarded(new Request('http://localhost/sites', { headers }))
const middleware = connect({ verifier: mintmark, policy })
const node = createServer((request, response) => middleware(request, response, () => response.end(request.mintmark.role)))
await new Promise((resolve) => node.listen(0, '127.0.0.1', resolve))
const answers = []
for (const sent of [headers, {}]) answers.push(await fetch('http://127.0.0.1:' + node.address().port + '/sites', { headers: sent }))
node.close()
node.closeAllConnections()
const reason = await acting.keys.get('key_none').catch((error) => error instanceof MintmarkError && error.reason)
const forged = { headers: { 'webhook-id': 'a', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' }, body: '{}' }
const webhook = await verifyWebhook(forged, 'whsec_AAAA').catch((error) => error.name)
console.log(JSON.stringify({
  version: process.versions.node.split('.')[0],
  valid: verdicts.map(({ valid }) => valid),
  names,
  web: [web.status, await web.json(), web.headers.get('x-ratelimit-limit')],
  node: answers.map(({ status }) => status),
  reason,
  webhook,
  paths: ['/sites', '/%zz', '/sites?q=%zz'].map((url) => everyPath.rewriteUrl({ url })),
  others: [typeof fastify, typeof hono],
}))
`

/** The same as a company's TypeScript sees it, with nothing installed but the SDK. */
const typed = `
import { Mintmark, type Policy, type Verdict } from '@mintmark/sdk'
import { guard } from '@mintmark/sdk/express'
import { guard as guarded } from '@mintmark/sdk/fetch'

const mintmark = new Mintmark({ server: 'https://keys.example.com', key: 'mmo_' })
const policy = { 'POST /time-entries/:id/approve': { permission: 'approve:time_entry', scope: 'own project' } } satisfies Policy
export const middleware = guard({ verifier: mintmark, policy })
export const POST = guarded({ verifier: mintmark, policy })(async (_request, context, more: { id: string }) => {
  const role: string = context.role
  return Response.json({ role, id: more.id })
})
export async function ask(key: string): Promise<string | null> {
  const verdict: Verdict = await mintmark.verify({ key, permission: { any: ['a', 'b'] } })
  const minted = await mintmark.keys.create({ name: 'ci', permissions: ['a'] as const })
  const plaintext: string = minted.key
  // @ts-expect-error a key has no such field
  void minted.secret
  // @ts-expect-error there is no such route
  void guard({ verifier: mintmark, policy: { 'FETCH /x': {} } })
  return verdict.valid ? plaintext : verdict.reason
}
`

describe('what is published', () => {
  let packed: Packed
  beforeAll(() => {
    packed = new Packed()
  }, slowMs)
  afterAll(() => packed.remove())

  test.each(['@mintmark/core', '@mintmark/server', '@mintmark/sdk', 'mintmark', '@mintmark/elements'] as const)(
    '%s is packed as publint wants it',
    { timeout: slowMs },
    (name) => {
      expect(run(tool('publint'), [packed.tarball(name), '--strict'], root)).toContain('All good!')
    },
  )

  test.each(['@mintmark/core', '@mintmark/server', '@mintmark/sdk', 'mintmark', '@mintmark/elements'] as const)(
    '%s brings its licence, and says what it is',
    (name) => {
      const read = (file: string): string => run('tar', ['-xzOf', packed.tarball(name), `package/${file}`], root)
      expect(read('LICENSE')).toBe(readFileSync(join(root, 'LICENSE'), 'utf8'))
      expect(read('README.md')).toContain(`# ${name}\n`)
    },
  )

  test.each(['@mintmark/core', '@mintmark/server', '@mintmark/sdk', '@mintmark/elements'] as const)(
    'the types of %s are those of its code, wherever they are looked for',
    { timeout: slowMs },
    (name) => {
      const said = run(tool('attw'), [packed.tarball(name), '--profile', 'esm-only', '--format', 'json'], root)
      const { analysis } = JSON.parse(said) as { readonly analysis: { readonly entrypoints: object } }
      expect(Object.keys(analysis.entrypoints)).toContain('.')
    },
  )

  test('the elements need nothing, and bring React for those alone who have none', { timeout: slowMs }, () => {
    const folder = packed.install('@mintmark/elements')
    expect(installed(folder)).toEqual(['@mintmark/elements'])
    const dist = join(folder, 'node_modules', '@mintmark', 'elements', 'dist')
    const imports = (name: string): readonly string[] => {
      const files = readdirSync(join(dist, name)).filter((file) => file.endsWith('.js'))
      const texts = files.map((file) => readFileSync(join(dist, name, file), 'utf8'))
      const found = texts.flatMap((text) =>
        [...text.matchAll(/\bfrom\s*["']([@\w][\w/.-]*)["']/g)].map(([, from]) => from ?? ''),
      )
      return [...new Set(found)].toSorted()
    }
    expect(imports('standalone')).toEqual([])
    const ofReact = imports('react')
    expect(ofReact).toContain('react')
    expect(ofReact.filter((name) => !/^react(-dom)?(\/|$)/.test(name))).toEqual([])
  })

  describe('in an empty folder', () => {
    let server: ChildProcess
    let url: string
    let operatorKey: string
    beforeAll(async () => {
      const folder = packed.install('@mintmark/core', '@mintmark/server', '@mintmark/sdk', 'mintmark')
      const bin = join(folder, 'node_modules', 'mintmark', 'bin', 'mintmark.js')
      const env = { ...process.env, MINTMARK_PORT: '0', MINTMARK_DATA_DIR: join(folder, 'data') }
      server = spawn(process.execPath, [bin, 'serve'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'] })
      outliveNobody(server)
      if (server.stdout === null) throw new Error('It has no standard output.')
      const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string]
      url = line.replace('Mintmark is listening on ', '')
      operatorKey = run(process.execPath, [bin, 'operator-keys', 'create', '--name', 'test'], folder, env).trim()
    }, slowMs)
    afterAll(async () => {
      const ended = once(server, 'exit')
      server.kill('SIGTERM')
      await ended
    })

    test('the server serves, and the SDK works on Node 20 with openapi-fetch alone', { timeout: slowMs }, () => {
      const folder = packed.install('@mintmark/sdk')
      expect(installed(folder)).toEqual(['@mintmark/sdk', 'openapi-fetch', 'openapi-typescript-helpers'])
      writeFileSync(join(folder, 'program.js'), program)
      expect(JSON.parse(run(packed.node20(), ['program.js', url, operatorKey], folder))).toEqual({
        version: '20',
        valid: [true, false],
        names: ['ci'],
        web: [200, 'member', '600'],
        node: [200, 401],
        reason: 'not_found',
        paths: ['/sites', '//', '/sites?q=%zz'],
        webhook: 'WebhookSignatureError',
        others: ['function', 'function'],
      })
    })

    test('the dashboard comes with the server, whole', async () => {
      const page = await fetch(`${url}/settings/developer/api-keys`)
      expect(page.headers.get('content-type')).toMatch(/^text\/html/)
      const files = Array.from((await page.text()).matchAll(/"(\/files\/[^"]+)"/g), ([, path = '']) => path)
      expect(files.length).toBeGreaterThan(1)
      for (const path of files) expect((await fetch(`${url}${path}`)).status, path).toBe(200)
    })

    test('the SDK’s types are whole, for TypeScript old and new', { timeout: slowMs }, () => {
      const folder = packed.install('@mintmark/sdk')
      writeFileSync(join(folder, 'typed.ts'), typed)
      const types = join(root, 'node_modules', '@types')
      const options = [
        '--noEmit',
        '--strict',
        '--target',
        'es2022',
        '--module',
        'nodenext',
        '--typeRoots',
        types,
        '--types',
        'node',
      ]
      for (const compiler of [join(root, 'node_modules'), join(root, 'tools', 'openapi-types', 'node_modules')]) {
        const tsc = join(compiler, 'typescript', 'bin', 'tsc')
        expect(run(process.execPath, [tsc, ...options, 'typed.ts'], folder)).toBe('')
      }
    })
  })
})
