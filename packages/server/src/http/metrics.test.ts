import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { describeOnBothStorages, openingInProcess, type InProcess } from '../testing/in-process.ts'
import { findPromtool } from '../testing/find-program.ts'
import { bearer } from '../testing/http-client.ts'
import { metricOf } from '../testing/metrics-text.ts'

async function read({ url, operatorKey }: InProcess): Promise<string> {
  const answer = await fetch(`${url}/metrics`, { headers: bearer(operatorKey) })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  return answer.text()
}

const accepted = 'mintmark_verifications_total{verdict="accepted",reason="none"}'
const refused = (reason: string): string => `mintmark_verifications_total{verdict="refused",reason="${reason}"}`
const timed = 'mintmark_verification_duration_seconds_count'

describeOnBothStorages('metrics', (open) => {
  test('count every verification once, by verdict and reason, however it is asked for', async () => {
    const one = await open()
    const acme = await one.organization({ rateLimit: { limit: 6, windowSeconds: 60 } })
    const { key, path } = await acme.mint()
    const verify = async (body: object) => one.operator.post('/v1/verify', body)
    const before = await read(one)
    expect(metricOf(before, accepted)).toBe(0)
    await verify({ key })
    await verify({ key: 'mk_live_nonsense' })
    await verify({ key, permission: 'projects:read', environment: 'test' })
    await one.operator.post('/v1/verify/batch', { requests: [{ key }, { key: 'x' }] })
    await fetch(`${one.url}/v1/forward-auth`, { headers: bearer(key) })
    await fetch(`${one.url}/v1/forward-auth`)
    await one.mintmark.engine.verify({ key })
    await verify({ key })
    await verify({ key })
    await acme.as('admin').post(`${path}/revoke`, {})
    await verify({ key })
    // No verdict: the question was wrong, or nobody's.
    await verify({ key, cost: 100_000 })
    await one.client(null).post('/v1/verify', { key })
    const text = await read(one)
    expect(metricOf(text, accepted)).toBe(5)
    expect(metricOf(text, refused('invalid_key'))).toBe(2)
    expect(metricOf(text, refused('forbidden'))).toBe(1)
    expect(metricOf(text, refused('missing_key'))).toBe(1)
    expect(metricOf(text, refused('rate_limit'))).toBe(1)
    expect(metricOf(text, refused('key_revoked'))).toBe(1)
    expect(metricOf(text, 'mintmark_verifications_total{verdict="undecided",reason="unavailable"}')).toBe(0)
    // One of them was asked in-process.
    expect(metricOf(text, timed)).toBe(10)
    expect(metricOf(text, 'mintmark_verification_duration_seconds_bucket{le="+Inf"}')).toBe(10)
    expect(metricOf(text, 'mintmark_verification_duration_seconds_sum')).toBeGreaterThan(0)
  })

  test('tell what waits for webhooks', async () => {
    const one = await open()
    const acme = await one.organization()
    expect(metricOf(await read(one), 'mintmark_outbox_events')).toBe(0)
    await acme.as('admin').post('/v1/webhooks', { url: 'https://hooks.invalid/', events: ['*'] })
    await acme.mint()
    const text = await read(one)
    const waiting = metricOf(text, 'mintmark_outbox_events') + metricOf(text, 'mintmark_webhook_deliveries_pending')
    expect(waiting).toBeGreaterThanOrEqual(1)
    expect(metricOf(text, 'mintmark_outbox_oldest_age_seconds')).toBeGreaterThanOrEqual(0)
  })

  test('are named as promtool wants them', async () => {
    const one = await open()
    const { key } = await (await one.organization()).mint()
    await one.operator.post('/v1/verify', { key })
    const promtool = findPromtool()
    if (promtool === undefined) {
      expect(process.env['CI'], 'CI has promtool').not.toBe('true')
      return
    }
    const said = execFileSync(promtool, ['check', 'metrics'], { input: await read(one), encoding: 'utf8' })
    expect(said).toBe('')
  })
})

describe('who may read metrics', () => {
  const open = openingInProcess()

  test('operators, and nobody else', async () => {
    const one = await open()
    const acme = await one.organization()
    const gate = (await one.operator.post('/v1/operator-keys', { name: 'gate', only: 'verify' })).body.key
    const statusFor = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`${one.url}/metrics`, { headers })).status
    expect(await statusFor(bearer(one.operatorKey))).toBe(200)
    expect(await statusFor({})).toBe(401)
    expect(await statusFor(bearer(gate))).toBe(403)
    expect(await statusFor(bearer((await acme.mint()).key))).toBe(403)
    expect(await statusFor(bearer(await acme.session('admin')))).toBe(403)
  })
})
