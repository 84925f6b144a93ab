import { promise, runningExample, withinAMinute, type Answer } from '@mintmark/example-conformance'
import { describe, expect } from 'vitest'

const limitReached = '{"error":"Rate limit exceeded. Please try again later."}'
/** At once, so that all of them are in one minute however slow the machine. */
const atOnce = 20

describe('AlfaOne: limits', () => {
  const alfaone = runningExample('alfaone')
  const generate = async (): Promise<string> => {
    const key = alfaone().person('admin').sessionToken
    return (await alfaone().call('POST', '/api/v1/integrations/api-keys', { key, body: { name: 'ci' } })).body.key
  }
  const call = (key: string, path = '/api/v1/assessments') =>
    alfaone().call('GET', path, { headers: { 'x-api-key': key } })
  const many = async (key: string, count: number): Promise<readonly Answer[]> => {
    const answers: Answer[] = []
    const client = async (): Promise<void> => {
      for (; count > 0;) {
        count -= 1
        answers.push(await call(key))
      }
    }
    await Promise.all(Array.from({ length: atOnce }, client))
    return answers
  }
  const changeTier = (tier: string) => alfaone().operate('PATCH', `/v1/organizations/${alfaone().first.id}`, { tier })

  promise('A1-6', 'Standard: 100 a minute for each key, and the next is refused in their words', async () => {
    const paths = ['/api/v1/assessments', '/api/v1/assessments/none', '/api/v1/nowhere', '/api/v1/me']
    const answers = await withinAMinute(async () => {
      const key = await generate()
      return inTurn(100 + paths.length, (turn) => call(key, paths[turn % paths.length]))
    })
    answers.slice(0, 100).forEach(({ status, headers }, turn) => {
      const told = ['x-ratelimit-limit', 'x-ratelimit-remaining'].map((name) => headers.get(name))
      expect([status === 429, ...told]).toEqual([false, '100', `${99 - turn}`])
    })
    for (const { status, text, headers } of answers.slice(100)) {
      expect([status, text]).toEqual([429, limitReached])
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
      expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60)
    }
    expect((await call(await generate())).status).toBe(200)
  })

  promise('A1-6', 'Enterprise: 1000 a minute', async () => {
    await changeTier('enterprise')
    const [admitted, refused] = await withinAMinute(async () => {
      const key = await generate()
      return [await many(key, 1000), await call(key)] as const
    })
    expect(admitted.filter(({ status }) => status !== 200)).toEqual([])
    expect(admitted[0]?.headers.get('x-ratelimit-limit')).toBe('1000')
    expect([refused.status, refused.text]).toEqual([429, limitReached])
  })

  promise('A1-6', 'no more than the limit are let in when all come at once', async () => {
    await changeTier('standard')
    const answers = await withinAMinute(async () => many(await generate(), 150))
    const countOf = (wanted: number): number => answers.filter(({ status }) => status === wanted).length
    expect([countOf(200), countOf(429)]).toEqual([100, 50])
  })
})

async function inTurn(count: number, ask: (turn: number) => Promise<Answer>): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  for (let turn = 0; turn < count; turn += 1) answers.push(await ask(turn))
  return answers
}
