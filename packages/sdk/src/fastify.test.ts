import fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { everyPath, guard } from './fastify.ts'
import { bearer, rawRequest } from './testing/raw-request.ts'
import { servingMintmark } from './testing/served-mintmark.ts'

const policy = { 'GET /files/:id': { scope: 'any' } } as const

describe('Fastify with everyPath', () => {
  const serveMintmark = servingMintmark()
  let app: FastifyInstance
  let url: string
  let key: string

  beforeAll(async () => {
    const { engine, organization } = await serveMintmark({ contract: { errors: 'reason' } })
    key = (await (await organization()).keys.create({ name: 'ci', owner: 'organization', role: 'admin' })).key
    app = fastify({ ...everyPath })
    await app.register(guard, { verifier: engine, policy })
    app.get('/files/:id', async ({ params }) => params)
    url = await app.listen({ host: '127.0.0.1', port: 0 })
  })
  afterAll(() => app.close())

  test.each(['/files/%zz', '/files/%FF', '/%', '/files/7%', `/${'x'.repeat(101)}/7`])(
    'leaves %s to the guard, as everything that is nowhere',
    async (path) => {
      const { status, body, headers } = await rawRequest(url, `GET ${path}`, bearer(key))
      expect([status, Object.keys(body), body.reason]).toEqual([404, ['reason', 'message'], 'not_found'])
      expect(headers['x-ratelimit-limit']).toBeDefined()
      expect((await rawRequest(url, `GET ${path}`)).body.reason).toBe('missing_key')
    },
  )

  test('lets a handler have parameters of any length, and queries of any kind', async () => {
    const long = 'x'.repeat(5_000)
    for (const [path, id] of [
      [`/files/${long}`, long],
      ['/files/a%20b?q=%zz', 'a b'],
      ['/files/7?q=100%', '7'],
    ] as const) {
      const { status, body } = await rawRequest(url, `GET ${path}`, bearer(key))
      expect([status, body]).toEqual([200, { id }])
    }
  })
})
