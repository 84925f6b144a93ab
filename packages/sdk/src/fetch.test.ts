import { Hono } from 'hono'
import { beforeAll, describe, expect, test } from 'vitest'
import { guard as fetchGuard } from './fetch.ts'
import { guard as honoGuard, type GuardVariables } from './hono.ts'
import { bearer } from './testing/raw-request.ts'
import { servingMintmark, type ServedMintmark } from './testing/served-mintmark.ts'

const policy = { 'GET /:how': { scope: 'any' } } as const

/** Responses of every making: by the framework, by hand, such as cannot be changed, and thrown ones. */
async function respond(how: string, url: string): Promise<Response> {
  if (how === 'redirect') return Response.redirect('http://127.0.0.1:9/')
  if (how === 'fetched') return fetch(`${url}/healthz`)
  if (how === 'empty') return new Response(null, { status: 204 })
  return new Response(how, { headers: { 'x-own': 'kept' } })
}

describe('every answer has the limit headers', () => {
  const serve = servingMintmark()
  let mintmark: ServedMintmark
  let key: string
  beforeAll(async () => {
    mintmark = await serve()
    const acting = await mintmark.organization()
    key = (await acting.keys.create({ name: 'ci', owner: 'organization', role: 'admin' })).key
  })

  const applications = (): readonly (readonly [string, (request: Request) => Response | Promise<Response>])[] => {
    const app = new Hono<{ Variables: GuardVariables }>()
    app.use(honoGuard({ verifier: mintmark.engine, policy }))
    app.get('/:how', (c) => respond(c.req.param('how'), mintmark.url))
    const guarded = fetchGuard({ verifier: mintmark.engine, policy })
    const handler = guarded(async (request) => respond(new URL(request.url).pathname.slice(1), mintmark.url))
    return [
      ['Hono', app.fetch],
      ['fetch', handler],
    ]
  }

  test.each([
    ['plain', 200],
    ['redirect', 302],
    ['fetched', 200],
    ['empty', 204],
  ])('were it %s', async (how, status) => {
    for (const [name, handle] of applications()) {
      const answer = await handle(new Request(`http://app.test/${how}`, { headers: bearer(key) }))
      expect([name, answer.status, answer.headers.get('x-ratelimit-limit')]).toEqual([name, status, '600'])
      expect(answer.headers.get('x-own')).toBe(how === 'plain' ? 'kept' : null)
    }
  })

  test('a handler of fetch is given what its framework gives it besides', async () => {
    const guarded = fetchGuard({ verifier: mintmark.engine, policy })
    const handler = guarded(
      (_request, { role }, more: { readonly params: string }) => new Response(`${role} ${more.params}`),
    )
    const answer = await handler(new Request('http://app.test/x', { headers: bearer(key) }), { params: 'given' })
    expect(await answer.text()).toBe('admin given')
    await expect(guarded.ready()).resolves.toBeUndefined()
  })
})
