import { beforeEach, describe, expect, test } from 'vitest'
import { createLog, type Log } from './log.ts'

let lines: string[]
let log: Log

beforeEach(() => {
  lines = []
  log = createLog({ write: (line: string) => void lines.push(line) })
})

const written = () => lines.map((line) => JSON.parse(line))

test('a request: its id, method, route, status and duration, and nothing else', () => {
  log.request('req_1', 'GET', '/v1/api-keys/:id', 200, 1.234_567)
  expect(written()).toEqual([
    {
      level: 30,
      time: expect.stringMatching(/Z$/),
      requestId: 'req_1',
      method: 'GET',
      route: '/v1/api-keys/:id',
      status: 200,
      durationMs: 1.235,
      msg: 'request',
    },
  ])
})

describe('a fault of ours', () => {
  test('is told by its class, code and place, never by its message, which may hold what somebody sent', () => {
    log.failure('req_1', Object.assign(new TypeError('mk_live_secret'), { code: 'E_X' }))
    const [line] = written()
    expect(line).toMatchObject({ level: 50, requestId: 'req_1', error: 'TypeError', code: 'E_X', msg: 'failure' })
    expect(line.stack[0]).toMatch(/^at .*log\.test\.ts/)
    expect(lines.join('')).not.toContain('secret')
  })

  test('of many lines in its message has none of them in its place', () => {
    log.failure(null, new Error('first\n    at secret (secret.ts:1:1)\n    at $& secret'))
    expect(lines.join('')).not.toContain('secret')
    expect(written()[0].stack[0]).toMatch(/log\.test\.ts/)
  })

  test('that is no error is told by its type', () => {
    log.failure(null, 'mk_live_secret')
    expect(written()).toEqual([expect.objectContaining({ error: 'string', requestId: null })])
    expect(lines.join('')).not.toContain('secret')
  })

  test('has at most 12 lines of place', () => {
    const deep = (depth: number): Error => (depth === 0 ? new Error('x') : deep(depth - 1))
    log.failure(null, deep(40))
    expect(written()[0].stack.length).toBeLessThanOrEqual(12)
  })
})

test('each entry is one line, whatever is in it', () => {
  log.event('a\nb', { detail: 'c\r\nd\u001b[31m' })
  log.warning('w', { count: 2, none: null, yes: true })
  expect(lines.map((line) => line.trimEnd().includes('\n'))).toEqual([false, false])
  expect(lines.join('')).not.toContain('\u001b')
  expect(written()[1]).toMatchObject({ level: 40, count: 2, none: null, yes: true, msg: 'w' })
})
