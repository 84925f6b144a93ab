import type { Question } from '@mintmark/sdk'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import type { AskedClaim, Ending, Target } from './endings.ts'
import type { Installation } from './installation.ts'
import type { Outcome } from './revocation-checker.ts'
import type { RevocationHistory } from './revocation-history.ts'

export type Volley = {
  readonly installation: Installation
  readonly history: RevocationHistory
  /** Where verifications are asked for; default: the nodes themselves. */
  readonly askAt?: readonly string[]
  /** How to ask whatever can be asked of `verify`; default: in any way at all. */
  readonly askVerify?: (url: string, question: Question) => Promise<Outcome>
}

/** Around each ending, of each of its claims. */
const verificationsBefore = 5
const verificationsDuring = 5
const verificationsAfter = 5
/** An ending takes some milliseconds: verifications meet it at every point of its way. */
const maxLeadMs = 4

/** Prepares one ending and fires at it: before it, while it is under way, at the instant of its acknowledgement. */
export async function fireAround(ending: Ending, volley: Volley): Promise<{ readonly acknowledged: boolean }> {
  const target = await ending.prepare(volley.installation)
  const asked: Promise<unknown>[] = []
  if (Math.random() < 0.5) await Promise.all(target.claims.map((claim) => ask(volley, claim)))
  asked.push(askAll(volley, target, verificationsBefore))
  await sleep(Math.random() * maxLeadMs)
  const ended = volley.history.end(
    target.claims.map(({ claim }) => claim),
    ending.name,
    () => target.end(anyOf(volley.installation.nodes).url),
  )
  asked.push(askWhile(volley, target, verificationsDuring))
  const acknowledged = await ended
  asked.push(askAll(volley, target, verificationsAfter))
  await Promise.all(asked)
  return { acknowledged }
}

/** Runs `work` on every item, at most `width` at once. */
export async function inParallel<T>(items: readonly T[], width: number, work: (item: T) => Promise<unknown>) {
  const waiting = items.values()
  const worker = async (): Promise<void> => {
    for (const item of waiting) await work(item)
  }
  await Promise.all(Array.from({ length: width }, worker))
}

async function askAll(volley: Volley, { claims }: Target, times: number): Promise<void> {
  await Promise.all(claims.flatMap((claim) => Array.from({ length: times }, () => ask(volley, claim))))
}

async function askWhile(volley: Volley, { claims }: Target, times: number): Promise<void> {
  const asked: Promise<unknown>[] = []
  for (let time = 0; time < times; time += 1) {
    for (const claim of claims) asked.push(ask(volley, claim))
    await turn()
  }
  await Promise.all(asked)
}

async function ask(volley: Volley, { claim, ways }: AskedClaim): Promise<unknown> {
  const { history, installation, askAt, askVerify } = volley
  const url = anyOf(askAt ?? installation.nodes.map((node) => node.url))
  const question = ways.find((way) => way.question !== undefined)?.question
  if (askVerify !== undefined && question !== undefined) {
    return history.verify(claim, `verify at ${url}`, () => askVerify(url, question))
  }
  const way = anyOf(ways)
  return history.verify(claim, `${way.name} at ${url}`, () => way.ask(url))
}

/** One at random. */
export function anyOf<T>(items: readonly T[]): T {
  const item = items[Math.floor(Math.random() * items.length)]
  if (item === undefined) throw new RangeError('There is nothing to choose from.')
  return item
}
