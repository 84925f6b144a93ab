// How long two kinds of credentials take to be refused, in turn without a pattern: nothing may be told of them by that.
import { builtInContract, createKeyFormat, operatorKeyFormat, sessionTokenFormat, type KeyFormat } from '@mintmark/core'
import { hostCaller } from '@mintmark/server'
import { answerRounds, readSettings } from './answer-rounds.js'
import { openBenchMintmark, type BenchSettings } from './embedded.ts'
import { anyOf, halfRight, strangers } from './near-misses.ts'
import { largestT } from './welch.ts'

type Pair = {
  readonly kinds: readonly [() => string, () => string]
  readonly refuse: (text: string) => unknown
}

const { engine, keys } = await openBenchMintmark(readSettings() as BenchSettings)
const format = createKeyFormat(builtInContract.keys)
const origin = { requestId: 'bench', ip: null }
const host = hostCaller(null, origin)
const verify = (key: string): unknown => engine.verify({ key })
const authenticate = (credential: string): unknown =>
  engine.authenticate.request({ credential, organizationId: null, userId: null, origin })

/** So many that what is peculiar to one text, such as its characters or its place in a table, evens out. */
const deletedKeys = 20_000
const others = 1_000

const operatorKeys = await createOperatorKeys()

const pairs: Readonly<Record<string, Pair>> = {
  'key: right in its first half, its last': {
    kinds: [halfRight(format, 'first', keys), halfRight(format, 'last', keys)],
    refuse: verify,
  },
  'key: half of somebody’s, of nobody’s': halves(format, keys, verify),
  'key: deleted, nobody’s': {
    kinds: [anyOf(await createDeletedKeys()), anyOf(strangers(format, deletedKeys))],
    refuse: verify,
  },
  'operator key: right in its first half, its last': {
    kinds: [halfRight(operatorKeyFormat, 'first', operatorKeys), halfRight(operatorKeyFormat, 'last', operatorKeys)],
    refuse: authenticate,
  },
  'operator key: half of somebody’s, of nobody’s': halves(operatorKeyFormat, operatorKeys, authenticate),
  'session token: half of somebody’s, of nobody’s': halves(sessionTokenFormat, await createSessions(), verify),
}

function halves(kind: KeyFormat, real: readonly string[], refuse: Pair['refuse']): Pair {
  const unreal = strangers(kind, real.length)
  return { kinds: [halfRight(kind, 'first', real), halfRight(kind, 'first', unreal)], refuse }
}

answerRounds({ pairs: Object.keys(pairs) }, async ({ pair, samples }) => {
  const { kinds, refuse } = pairs[String(pair)] ?? fail(String(pair))
  return { t: await compare(kinds, refuse, Number(samples)) }
})

/** Every text is made, in one piece, before the clock starts. */
async function compare(kinds: Pair['kinds'], refuse: Pair['refuse'], samples: number): Promise<number> {
  const batch = 1_000
  const kindOf = Uint8Array.from({ length: samples }, () => (Math.random() < 0.5 ? 0 : 1))
  const nanoseconds = new Float64Array(samples)
  for (let first = 0; first < samples; first += batch) {
    const chosen = kindOf.subarray(first, first + batch)
    const texts = Array.from(chosen, (kind) => Buffer.from(kinds[kind === 0 ? 0 : 1]()).toString())
    for (const [index, text] of texts.entries()) {
      const before = process.hrtime.bigint()
      const answer = refuse(text)
      if (answer instanceof Promise) await answer
      nanoseconds[first + index] = Number(process.hrtime.bigint() - before)
    }
  }
  return largestT(kindOf, nanoseconds)
}

async function createDeletedKeys(): Promise<readonly string[]> {
  const organization = await engine.organizations.create(host, { name: 'Leavers' }, null)
  const organizationId = organization.value.id
  const deleted: string[] = []
  while (deleted.length < deletedKeys) {
    const body = { name: 'short-lived', owner: 'organization', role: 'member' } as const
    const { value } = await engine.keys.mint({ ...host, organizationId }, body, null)
    deleted.push(value.key ?? '')
  }
  await engine.organizations.delete(host, organizationId)
  return deleted
}

async function createOperatorKeys(): Promise<readonly string[]> {
  const created: string[] = []
  while (created.length < others) {
    const { value } = await engine.operatorKeys.create(host, { name: 'backend' }, null)
    created.push(value.key ?? '')
  }
  return created
}

async function createSessions(): Promise<readonly string[]> {
  const organization = await engine.organizations.create(host, { name: 'Members' }, null)
  const organizationId = organization.value.id
  await engine.members.sync(host, organizationId, 'ada', { role: 'member' })
  const created: string[] = []
  while (created.length < others) {
    const { value } = await engine.sessions.create(host, { organizationId, userId: 'ada' }, null)
    created.push(value.token ?? '')
  }
  return created
}

function fail(pair: string): never {
  throw new Error(`There is no pair ${pair}`)
}
