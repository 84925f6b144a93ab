import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { assert, asyncProperty, record, string, uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { verifyWebhook, WebhookSignatureError, type WebhookRequest } from './webhook-signature.ts'

const nowMs = Date.UTC(2026, 10, 21, 10)
const secret = `whsec_${randomBytes(32).toString('base64')}`
const payload = { type: 'api_key.revoked', timestamp: '2026-11-21T10:00:00.000Z', data: { id: 'key_é' } }

/** A request as the reference implementation signs it. */
function signed(options: { readonly secret?: string; readonly atMs?: number; readonly body?: string } = {}) {
  const { atMs = nowMs, body = JSON.stringify(payload) } = options
  const at = new Date(atMs)
  const signature = new Webhook(options.secret ?? secret).sign('evt_1', at, body)
  const timestamp = String(Math.floor(atMs / 1000))
  return { headers: { 'webhook-id': 'evt_1', 'webhook-timestamp': timestamp, 'webhook-signature': signature }, body }
}

const check = (request: WebhookRequest, secrets: string | readonly string[] = secret) =>
  verifyWebhook(request, secrets, { nowMs })

describe('a request that is genuine', () => {
  test('tells its payload, from whatever headers and body there are', async () => {
    const { headers, body } = signed()
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]))
    for (const request of [
      { headers, body },
      { headers: upper, body },
      { headers: new Headers(headers), body: new TextEncoder().encode(body) },
      { headers, body: Buffer.from(body) },
    ]) {
      expect(await check(request)).toEqual(payload)
    }
  })

  test('is known by either of two secrets, and by any of its signatures', async () => {
    const other = `whsec_${randomBytes(24).toString('base64')}`
    const [byOne, byOther] = [signed(), signed({ secret: other })]
    expect(await check(byOther, [secret, other])).toEqual(payload)
    const both = `${byOther.headers['webhook-signature']} ${byOne.headers['webhook-signature']}`
    expect(await check({ ...byOne, headers: { ...byOne.headers, 'webhook-signature': both } })).toEqual(payload)
  })

  test('whatever it says', async () => {
    await assert(
      asyncProperty(
        record({ text: string({ unit: 'binary' }), key: uint8Array({ minLength: 1, maxLength: 100 }) }),
        async ({ text, key }) => {
          const own = `whsec_${Buffer.from(key).toString('base64')}`
          const body = JSON.stringify({ text })
          expect(await check(signed({ secret: own, body }), own)).toEqual(JSON.parse(body))
        },
      ),
      { numRuns: 50 },
    )
  })

  test('may be five minutes late, or early', async () => {
    for (const atMs of [nowMs - 300_000, nowMs + 300_000]) expect(await check(signed({ atMs }))).toEqual(payload)
    for (const atMs of [nowMs - 301_000, nowMs + 301_000]) {
      await expect(check(signed({ atMs }))).rejects.toThrow('too long ago')
    }
    await expect(
      verifyWebhook(signed({ atMs: nowMs - 2_000 }), secret, { nowMs, toleranceSeconds: 1 }),
    ).rejects.toThrow(WebhookSignatureError)
    await expect(verifyWebhook(signed(), secret, { nowMs, toleranceSeconds: Number.NaN })).rejects.toThrow(
      WebhookSignatureError,
    )
  })
})

describe('a request that is not', () => {
  const good = signed()
  const signature = good.headers['webhook-signature']
  test.each<[string, string]>([
    ['none', ''],
    ['no version', signature.slice(3)],
    ['another version', signature.replace('v1,', 'v2,')],
    ['the version alone', 'v1,'],
    ['a short one', signature.slice(0, -8)],
    ['a long one', `${signature}AAAA`],
    ['no base64', 'v1,!!!!'],
    ['base64 for URLs', signature.replaceAll('+', '-').replaceAll('/', '_').replace('v1,', 'v1,-')],
    ['another', `v1,${randomBytes(32).toString('base64')}`],
    ['many', Array.from({ length: 200 }, () => `v1,${randomBytes(32).toString('base64')}`).join(' ')],
    ['the right one after too many', `${'v1,AAAA '.repeat(10)}${signature}`],
    ['the right one with a comma', `v1,AAAA,${signature}`],
  ])('has %s for its signature', async (_, value) => {
    const request = { ...good, headers: { ...good.headers, 'webhook-signature': value } }
    await expect(check(request)).rejects.toBeInstanceOf(WebhookSignatureError)
  })

  test.each([
    ['webhook-id', 'evt_2'],
    ['webhook-id', ''],
    ['webhook-id', 'evt_1.1'],
    ['webhook-timestamp', String(nowMs / 1000 + 1)],
    ['webhook-timestamp', `${nowMs / 1000}.0`],
    ['webhook-timestamp', '1e9'],
    ['webhook-timestamp', `-${nowMs / 1000}`],
    ['webhook-timestamp', ''],
  ])('has another %s: %s', async (name, value) => {
    await expect(check({ ...good, headers: { ...good.headers, [name]: value } })).rejects.toBeInstanceOf(
      WebhookSignatureError,
    )
  })

  test('lacks a header, or has it twice', async () => {
    for (const name of Object.keys(good.headers)) {
      await expect(check({ ...good, headers: { ...good.headers, [name]: undefined } })).rejects.toThrow(
        `no header ${name}`,
      )
      await expect(check({ ...good, headers: { ...good.headers, [name]: ['a', 'b'] } })).rejects.toThrow(
        `no header ${name}`,
      )
    }
  })

  test('has another body, were it only spelled otherwise', async () => {
    for (const body of [`${good.body} `, good.body.replace('é', 'e'), JSON.stringify(payload, null, 1), '']) {
      await expect(check({ ...good, body })).rejects.toBeInstanceOf(WebhookSignatureError)
    }
  })

  test.each(['', 'whsec_', 'secret', randomBytes(32).toString('base64'), 'whsec_!!!!'])(
    'is not looked at with %o for a secret',
    async (wrong) => {
      await expect(check(good, wrong)).rejects.toBeInstanceOf(TypeError)
    },
  )

  test('is by nobody where there is no secret', async () => {
    await expect(check(good, [])).rejects.toBeInstanceOf(WebhookSignatureError)
  })
})
