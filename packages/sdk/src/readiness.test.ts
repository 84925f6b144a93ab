import { expect, test } from 'vitest'
import { Mintmark } from './mintmark.ts'

const ready = { ready: true, dependencies: [{ name: 'sqlite', status: 'ok', detail: null }], warnings: [] }
const away = { ready: false, dependencies: [{ name: 'postgres', status: 'unavailable', detail: 'gone' }], warnings: [] }

function mintmarkAnswered(answer: () => Promise<Response>) {
  const asked: string[] = []
  const fetch = (async (url: string, init: RequestInit = {}) => {
    asked.push(`${url} ${JSON.stringify(init.headers ?? {})}`)
    return answer()
  }) as typeof globalThis.fetch
  return { asked, mintmark: new Mintmark({ server: 'https://keys.example.com/', key: 'mmo_made-up', fetch }) }
}

test.each([
  [200, ready],
  [503, away],
])('%i says how everything is, and is asked for once and without the key', async (status, said) => {
  const { asked, mintmark } = mintmarkAnswered(async () => Response.json(said, { status }))
  expect(await mintmark.readiness()).toEqual(said)
  expect(asked).toEqual(['https://keys.example.com/readyz {}'])
})

test('what is no such answer is an error', async () => {
  for (const answer of [new Response('<h1>Bad gateway</h1>', { status: 503 }), Response.json({}, { status: 200 })]) {
    const { mintmark } = mintmarkAnswered(async () => answer)
    await expect(mintmark.readiness()).rejects.toMatchObject({ name: 'MintmarkError', reason: null })
  }
  const { mintmark } = mintmarkAnswered(() => Promise.reject(new TypeError('fetch failed')))
  await expect(mintmark.readiness()).rejects.toMatchObject({ name: 'UnreachableError', reason: 'unavailable' })
})

test('an answer of which only a part came is an error of the client, not of the parser', async () => {
  const headers = { 'content-type': 'application/json' }
  const torn = mintmarkAnswered(async () => new Response('{"ready":tr', { headers })).mintmark
  await expect(torn.readiness()).rejects.toMatchObject({ name: 'MintmarkError', reason: null })
  const body = (): ReadableStream => new ReadableStream({ pull: (taken) => taken.error(new TypeError('terminated')) })
  const cut = mintmarkAnswered(async () => new Response(body(), { headers })).mintmark
  await expect(cut.readiness()).rejects.toMatchObject({ name: 'UnreachableError', reason: 'unavailable' })
})

test('who stops waiting gets his own reason', async () => {
  const stop = new AbortController()
  const { mintmark } = mintmarkAnswered(async () => {
    stop.abort(new Error('enough'))
    throw new TypeError('fetch failed')
  })
  await expect(mintmark.readiness({ signal: stop.signal })).rejects.toThrow('enough')
})
