import { createHash, createHmac, randomBytes } from 'node:crypto'
import { builtInContract, createKeyFormat } from '@mintmark/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createEmbeddedEngine, createTestClock, type EmbeddedEngine } from '../testing/embedded-engine.ts'
import { count } from '../testing/scale.ts'

const strings = count(50_000, 1_000_000)
const format = createKeyFormat(builtInContract.keys)

let embedded: EmbeddedEngine
let lookUps = 0

beforeEach(async () => {
  lookUps = 0
  embedded = await createEmbeddedEngine({
    contract: builtInContract,
    clock: createTestClock(),
    wrapDirectory: (directory) => ({
      ...directory,
      findKey: (digest) => {
        lookUps += 1
        return directory.findKey(digest)
      },
      findSession: (digest) => {
        lookUps += 1
        return directory.findSession(digest)
      },
    }),
  })
})
afterEach(() => embedded.close())

test(
  `of ${strings} invented keys of the right shape at most one costs a look-up: the others die at the checksum`,
  { timeout: 600_000 },
  async () => {
    const { engine } = embedded
    const random = (byteCount: number): Uint8Array => randomBytes(byteCount)
    for (let made = 0; made < strings; made += 1) {
      // Of a key that could be: the checksum is of the one before.
      const [before, after] = [format.mint('live', random), format.mint('live', random)]
      const verdict = await engine.verify({ key: after.slice(0, -6) + before.slice(-6) })
      if (verdict.reason !== 'invalid_key') throw new Error(`Answered ${verdict.reason}`)
    }
    expect(lookUps).toBeLessThanOrEqual(1)
    await engine.verify({ key: format.mint('live', random) })
    expect(lookUps).toBeGreaterThan(0)
  },
)

test('a digest that a writer to the database can make, without the pepper, makes no key good', async () => {
  const { engine, host, sqlite } = embedded
  const { key } = (await engine.operatorKeys.create(host, { name: 'mine' }, null)).value
  if (key === null) throw new Error('It is shown once')
  const isGood = async (): Promise<boolean> => (await engine.authenticate.request(presenting(key))).refusal === null
  expect(await isGood()).toBe(true)
  const [row] = sqlite.database.prepare('select digest from api_key_secrets').all()
  const makeable = [
    createHash('sha256').update(key).digest(),
    createHmac('sha256', '').update(key).digest(),
    createHmac('sha256', row?.['digest'] as Uint8Array)
      .update(key)
      .digest(),
    Buffer.alloc(32),
    Buffer.from(key).subarray(0, 32),
  ]
  for (const digest of makeable) {
    sqlite.database.slice({ bumps: true }, () =>
      sqlite.database.prepare('update api_key_secrets set digest = ?').run(digest),
    )
    expect(await isGood()).toBe(false)
  }
  sqlite.database.slice({ bumps: true }, () =>
    sqlite.database.prepare('update api_key_secrets set digest = ?').run(row?.['digest'] as Uint8Array),
  )
  expect(await isGood()).toBe(true)
})

function presenting(credential: string) {
  return { credential, organizationId: null, userId: null, origin: { requestId: 'test', ip: null } }
}
