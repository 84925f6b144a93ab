import { createHmac, randomBytes } from 'node:crypto'
import * as fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { signatureTime, signWebhook } from './signature.ts'
import { showWebhookSecret } from './webhook-secret.ts'

/** The example of the Standard Webhooks specification and of its libraries. */
const vectors = [
  {
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: '1614265330',
    body: '{"test": 2432232314}',
    signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
]

describe('a signature', () => {
  test.each(vectors)('is that of the specification: $id', ({ secret, signature, ...message }) => {
    const bytes = Buffer.from(secret.slice('whsec_'.length), 'base64')
    expect(signWebhook(message, [bytes])).toBe(signature)
    expect(showWebhookSecret(bytes)).toBe(secret)
  })

  test('is what receivers compute, for whatever is sent', () => {
    const bytes = fc.uint8Array({ minLength: 24, maxLength: 64 })
    fc.assert(
      fc.property(bytes, bytes, fc.uuid(), fc.jsonValue(), (first, second, id, value) => {
        const timestamp = signatureTime(Date.now())
        const body = JSON.stringify(value)
        const signature = signWebhook({ id, timestamp, body }, [first, second])
        const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature }
        for (const secret of [first, second]) {
          expect(new Webhook(showWebhookSecret(secret)).verify(body, headers)).toEqual(JSON.parse(body))
        }
        const stranger = new Webhook(showWebhookSecret(randomBytes(32)))
        expect(() => stranger.verify(body, headers)).toThrow('No matching signature')
      }),
    )
  })

  test('covers id, time and body, and where one ends and the other begins', () => {
    const secret = randomBytes(32)
    const message = { id: 'evt_1', timestamp: '1700000000', body: '{}' }
    const of = (change: Partial<typeof message>) => signWebhook({ ...message, ...change }, [secret])
    const signatures = [of({}), of({ id: 'evt_2' }), of({ timestamp: '1700000001' }), of({ body: '{ }' })]
    expect(new Set(signatures).size).toBe(4)
    const expected = createHmac('sha256', secret).update('evt_1.1700000000.{}').digest('base64')
    expect(signatures[0]).toBe(`v1,${expected}`)
  })

  test('says the time in whole seconds that have passed', () => {
    expect([0, 999, 1_000, 1_700_000_000_999].map(signatureTime)).toEqual(['0', '0', '1', '1700000000'])
  })
})
