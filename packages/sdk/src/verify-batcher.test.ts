import { describe, expect, test } from 'vitest'
import { Mintmark } from './mintmark.ts'
import type { MintmarkOptions } from './options.ts'
import type { Question, Verdict } from './verdict.ts'

/** A request that the server has been sent and not answered yet. */
type Held = {
  readonly path: string
  readonly keys: readonly string[]
  readonly body: string
  readonly answer: (response: Response) => void
}

/** A server in the test's hands: it holds every verification until the test answers it. */
function holding(options: Partial<MintmarkOptions> = {}) {
  const held: Held[] = []
  const send: typeof fetch = (input, init) => {
    const { pathname } = new URL(String(input instanceof Request ? input.url : input))
    // Nobody may read the contract here: every key is asked about.
    if (!pathname.startsWith('/v1/verify')) return Promise.resolve(problem(403, 'forbidden'))
    const body = init?.body as string
    return new Promise((resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      held.push({ path: pathname, keys: keysOf(body), body, answer: resolve })
    })
  }
  const client = new Mintmark({ server: 'http://mintmark.test', key: 'mmo_x', maxRetries: 0, fetch: send, ...options })
  const verify = (key: string, more: Partial<Question> = {}): Promise<Verdict> => client.verify({ key, ...more })
  return { held, client, verify }
}

function keysOf(body: string): readonly string[] {
  const parsed = JSON.parse(body) as { readonly requests?: readonly Question[]; readonly key?: string }
  return parsed.requests?.map(({ key }) => key) ?? [parsed.key ?? '']
}

function verdictOn(key: string): Verdict {
  return { valid: false, status: 401, reason: 'invalid_key', message: key, key: null, session: null, rateLimit: null }
}

/** Answers with a verdict for each question, which names its key. */
function answer({ path, keys, answer: reply }: Held): void {
  const verdicts = keys.map(verdictOn)
  reply(Response.json(path.endsWith('/batch') ? { results: verdicts } : verdicts[0]))
}

function problem(status: number, reason: string): Response {
  return Response.json(
    { reason, message: reason, status },
    { status, headers: { 'content-type': 'application/problem+json' } },
  )
}

const names = (count: number, prefix = 'k'): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`)

async function messagesOf(verdicts: readonly Promise<Verdict>[]): Promise<readonly (string | null)[]> {
  return (await Promise.all(verdicts)).map(({ message }) => message)
}

describe('verifications that are asked together', () => {
  test('share a request, and each has its own verdict', async () => {
    const { held, verify } = holding()
    const asked = names(40).map((key) => verify(key))
    await expect.poll(() => held.length).toBe(1)
    expect(held[0]).toMatchObject({ path: '/v1/verify/batch', keys: names(40) })
    held.forEach(answer)
    expect(await messagesOf(asked)).toEqual(names(40))
  })

  test('are asked alone where there is one', async () => {
    const { held, verify } = holding()
    const asked = verify('k')
    await expect.poll(() => held.length).toBe(1)
    expect(held[0]).toMatchObject({ path: '/v1/verify', keys: ['k'] })
    held.forEach(answer)
    expect((await asked).message).toBe('k')
  })

  test('never join a request that was sent, were it for the same key', async () => {
    const { held, verify } = holding()
    const early = verify('k')
    await expect.poll(() => held.length).toBe(1)
    const late = verify('k')
    await expect.poll(() => held.length).toBe(2)
    expect(held.map(({ keys }) => keys)).toEqual([['k'], ['k']])
    let isLateAnswered = false
    void late.then(() => (isLateAnswered = true))
    if (held[0] !== undefined) answer(held[0])
    await early
    expect(isLateAnswered).toBe(false)
    if (held[1] !== undefined) answer(held[1])
    await late
  })

  test('wait for a request while four are under way, and then go together', async () => {
    const { held, verify } = holding()
    const asked: Promise<Verdict>[] = []
    for (let request = 0; request < 4; request++) {
      asked.push(verify(`first${request}`))
      await expect.poll(() => held.length).toBe(request + 1)
    }
    asked.push(...names(30).map((key) => verify(key)))
    if (held[2] !== undefined) answer(held[2])
    await expect.poll(() => held.length).toBe(5)
    expect(held[4]?.keys).toEqual(names(30))
    held.forEach(answer)
    expect(await messagesOf(asked)).toHaveLength(34)
  })

  test('are at most as many as the options say, in a request that is small enough', async () => {
    const { held, verify } = holding()
    const asked = names(250).map((key) => verify(key))
    const long = names(20).map((key) => verify(key, { permission: { all: names(100, 'p'.repeat(50)) } }))
    const done = Promise.all([...asked, ...long])
    let answered = 0
    const answering = setInterval(() => held.slice(answered).forEach((request) => (answered++, answer(request))), 1)
    await done
    clearInterval(answering)
    expect(Math.max(...held.map(({ keys }) => keys.length))).toBe(100)
    expect(Math.max(...held.map(({ body }) => Buffer.byteLength(body)))).toBeLessThan(65_536)
    expect(held.flatMap(({ keys }) => keys)).toEqual([...names(250), ...names(20)])
    const single = holding({ maxBatchSize: 1 })
    const apart = names(3).map((key) => single.verify(key))
    await expect.poll(() => single.held.length).toBe(3)
    single.held.forEach(answer)
    expect(await messagesOf(apart)).toEqual(names(3))
  })
})

describe('a question that is wrong', () => {
  test('is wrong for whoever asked it, and nobody else', async () => {
    const { held, verify } = holding()
    const asked = names(5).map((key) => verify(key))
    await expect.poll(() => held.length).toBe(1)
    held[0]?.answer(problem(400, 'invalid_request'))
    await expect.poll(() => held.length).toBe(6)
    for (const request of held.slice(1)) {
      if (request.keys[0] === 'k3') request.answer(problem(400, 'invalid_request'))
      else answer(request)
    }
    const outcomes = await Promise.allSettled(asked)
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
    await expect(asked[3]).rejects.toMatchObject({ reason: 'invalid_request', status: 400 })
  })

  test('is an error also where only its verdict says so', async () => {
    const { held, verify } = holding()
    const asked = [verify('a'), verify('b')]
    await expect.poll(() => held.length).toBe(1)
    const wrong: Verdict = { ...verdictOn('The limit of this key is 5.'), status: 400, reason: 'invalid_request' }
    held[0]?.answer(Response.json({ results: [verdictOn('a'), wrong] }))
    expect((await asked[0])?.message).toBe('a')
    await expect(asked[1]).rejects.toMatchObject({ message: 'The limit of this key is 5.', reason: 'invalid_request' })
  })
})

describe('an outage', () => {
  test('is told to everybody who shared the request', async () => {
    const { held, verify } = holding()
    const asked = names(3).map((key) => verify(key))
    await expect.poll(() => held.length).toBe(1)
    held[0]?.answer(problem(503, 'unavailable'))
    for (const outcome of await Promise.allSettled(asked)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { reason: 'unavailable', status: 503 } })
    }
  })

  test.each([
    ['fewer verdicts than questions', { results: [verdictOn('a')] }],
    ['no verdicts', {}],
    ['nothing', null],
  ])('is what answers with %s', async (_, body) => {
    const { held, verify } = holding()
    const asked = [verify('a'), verify('b')]
    await expect.poll(() => held.length).toBe(1)
    held[0]?.answer(Response.json(body))
    for (const outcome of await Promise.allSettled(asked)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'MintmarkError', reason: null } })
    }
  })

  test('ends for those who waited too long to be asked, and those after them are asked', async () => {
    const { held, verify } = holding({ timeoutMs: 1_500 })
    const asked = [verify('first0')]
    for (let request = 1; request < 4; request++) {
      await expect.poll(() => held.length, { interval: 1 }).toBe(request)
      asked.push(verify(`first${request}`))
    }
    // When those had their time, at most four hundred others are asked; when they had theirs, the last waited too long.
    asked.push(...names(800).map((key) => verify(key)), verify('last'))
    expect(held).toHaveLength(3)
    for (const outcome of await Promise.allSettled(asked)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'UnreachableError', reason: 'unavailable' } })
    }
    expect(held.flatMap(({ keys }) => keys)).not.toContain('last')
    const later = verify('later')
    await expect.poll(() => held.at(-1)?.keys).toEqual(['later'])
    held.forEach(answer)
    expect((await later).message).toBe('later')
  })

  test('does not fill the memory: beyond ten thousand nobody waits', async () => {
    const { held, verify } = holding()
    const waiting: Promise<Verdict>[] = []
    for (let request = 0; request < 4; request++) {
      waiting.push(verify(`first${request}`))
      await expect.poll(() => held.length).toBe(request + 1)
    }
    waiting.push(...names(10_000).map((key) => verify(key)))
    await expect(verify('one too many')).rejects.toThrow('10000 verifications wait for Mintmark already.')
    let answered = 0
    const answering = setInterval(() => held.slice(answered).forEach((request) => (answered++, answer(request))), 0)
    expect(await messagesOf(waiting)).toHaveLength(10_004)
    clearInterval(answering)
  })
})

describe('whoever gives up', () => {
  test('is not asked for if that was not done yet, and leaves the others alone', async () => {
    const { held, client } = holding()
    const giving = new AbortController()
    const one = client.verify({ key: 'one' }, { signal: giving.signal })
    const other = client.verify({ key: 'other' })
    giving.abort(new Error('Enough.'))
    await expect(one).rejects.toThrow('Enough.')
    await expect.poll(() => held.length).toBe(1)
    expect(held[0]?.keys).toEqual(['other'])
    held.forEach(answer)
    expect((await other).message).toBe('other')
    await expect(client.verify({ key: 'late' }, { signal: giving.signal })).rejects.toThrow('Enough.')
  })

  test('gives up while it is asked', async () => {
    const { held, client } = holding()
    const giving = new AbortController()
    const [one, other] = [client.verify({ key: 'one' }, { signal: giving.signal }), client.verify({ key: 'other' })]
    await expect.poll(() => held.length).toBe(1)
    giving.abort(new Error('Enough.'))
    await expect(one).rejects.toThrow('Enough.')
    held.forEach(answer)
    expect((await other).message).toBe('other')
  })

  test('is forgotten once it has a verdict', async () => {
    const { held, client } = holding()
    const giving = new AbortController()
    const listeners = new Set<unknown>()
    const { signal } = giving
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...given: Parameters<typeof add>) => (listeners.add(given[1]), add(...given))
    signal.removeEventListener = (...given: Parameters<typeof remove>) => (listeners.delete(given[1]), remove(...given))
    const asked = client.verify({ key: 'one' }, { signal })
    expect(listeners.size).toBe(1)
    await expect.poll(() => held.length).toBe(1)
    held.forEach(answer)
    await asked
    expect(listeners.size).toBe(0)
  })
})
