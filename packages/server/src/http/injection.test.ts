import { beforeAll, expect, test } from 'vitest'
import { describeOnBothStorages, type InProcess, type TestOrganization } from '../testing/in-process.ts'
import type { Client } from '../testing/http-client.ts'

/** What others concatenated into SQL, Lua, shells, templates and logs. Visible ASCII, so that each can stand in a header. */
const payloads = [
  `' or '1'='1`,
  `' or 1=1--`,
  `'; drop table api_keys;--`,
  `1; select pg_sleep(10)--`,
  `'||(select pg_sleep(10))||'`,
  `' and (select 1 from pg_sleep(10))::text='1`,
  `' union select digest from api_key_secrets--`,
  `' and randomblob(1000000000) like '%`,
  `" or ""="`,
  `\\'; attach database '/tmp/x' as x;--`,
  `%' escape '\\`,
  `$1`,
  `:secret`,
  `?`,
  `*`,
  `{{7*7}}`,
  '${7*7}',
  `<script>alert(1)</script>`,
  `"}],"admin":true,"x":[{"`,
  `$(sleep 10)`,
  '`sleep 10`',
  `../../../etc/passwd`,
  `%00`,
  `%27%20or%201=1`,
  `__proto__`,
  `constructor.prototype`,
  `KEYS[1])redis.call('FLUSHALL')--`,
]
/** What any answer may take on a busy machine: a sleep that works takes ten seconds. */
const patienceMs = 5_000

describeOnBothStorages('what looks like a program', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization
  let admin: Client
  let key: string

  beforeAll(async () => {
    mintmark = await open()
    acme = await mintmark.organization()
    admin = acme.as('admin')
    key = (await acme.mint({ name: 'plain' })).key
  })

  const places: [string, (payload: string) => Promise<{ readonly status: number }>, readonly number[]][] = [
    ['as a credential', (p) => mintmark.client(p).get('/v1/me'), [401]],
    ['behind a key', async (p) => mintmark.client(`${key}${p}`).get('/v1/me'), [401]],
    ['in X-API-Key', (p) => mintmark.client(null).get('/v1/me', { 'x-api-key': p }), [401]],
    ['as an organization', (p) => mintmark.operator.get('/v1/users', { 'mintmark-organization': p }), [400, 404]],
    ['as a user', (p) => acme.as(p).get('/v1/users'), [400, 404]],
    ['as an Idempotency-Key', (p) => admin.post('/v1/projects', { name: 'x' }, { 'idempotency-key': p }), [201]],
    ['in a path', (p) => admin.get(`/v1/api-keys/${encodeURIComponent(p)}`), [404]],
    ['as an owner to list by', (p) => admin.get(`/v1/api-keys?owner=${encodeURIComponent(p)}`), [200, 400]],
    ['as a cursor', (p) => admin.get(`/v1/api-keys?cursor=${encodeURIComponent(p)}`), [400]],
    ['as the key of a verification', (p) => mintmark.operator.post('/v1/verify', { key: p }), [200]],
    ['as a token', (p) => acme.as('member').post('/v1/users/invitations/accept', { token: p }), [400]],
    ['as a demand of a gateway', (p) => admin.get(`/v1/forward-auth?permission=${encodeURIComponent(p)}`), [403]],
  ]

  test.each(places)('%s is refused as any other text', { timeout: 120_000 }, async (_, send, statuses) => {
    for (const payload of payloads) {
      const begunMs = performance.now()
      expect(statuses, payload).toContain((await send(payload)).status)
      expect(performance.now() - begunMs, payload).toBeLessThan(patienceMs)
    }
  })

  test('as a name, metadata or what is looked for it is text, and found again', { timeout: 120_000 }, async () => {
    const before = (await admin.get('/v1/api-keys?q=plain')).body.data
    for (const payload of payloads) {
      const { id } = await acme.mintOwned('member', { name: payload, metadata: { note: payload } })
      const found = (await admin.get(`/v1/api-keys?q=${encodeURIComponent(payload)}`)).body.data
      expect(found, payload).toContainEqual(expect.objectContaining({ id, name: payload, metadata: { note: payload } }))
      expect(found.every(({ name }: { name: string }) => name.includes(payload))).toBe(true)
    }
    expect((await admin.get('/v1/api-keys?q=plain')).body.data).toEqual(before)
  })
})
