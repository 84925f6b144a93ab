import { createId } from '@mintmark/core'
import type { Keyring } from '../keyring.ts'
import type { Random } from '../ports/clock.ts'
import type { Happened, Turn } from '../ports/dispatch.ts'
import type { Storage } from '../ports/storage.ts'
import type { SendWebhook } from '../ports/webhook-sender.ts'
import type { Webhook } from '../ports/webhooks.ts'
import type { Mutate } from '../unit-of-work.ts'
import { attemptedOf, requestOf, type Answered } from './attempt.ts'
import { disableWebhook } from './disable-webhook.ts'
import { isSubscribedTo } from './event-types.ts'
import { afterTurn } from './schedule.ts'
import { openSecrets, secretsAt } from './webhook-secret.ts'

/** Deliveries of one turn: sent side by side to a webhook that answers. To one that does not, one at a time. */
const deliveriesPerTurn = 8
const deliveriesToFailing = 1
const eventsAtOnce = 100
/** An attempt takes 15 s at most; this leaves room for writing what came of it. */
const leaseMs = 40_000
/** Before a webhook whose secret this node cannot read is looked at again. */
const unreadableRestMs = 5 * 60_000

export type DispatcherParts = {
  readonly storage: Storage
  readonly mutate: Mutate
  readonly keyring: Keyring
  readonly random: Random
  readonly version: string
  readonly onError: (error: unknown) => void
}

export type TakenTurn = { readonly turn: Turn; readonly takenAtMs: number }

/** What is to be sent, and what becomes of it. Whoever runs it decides when, and how much at once. */
export class Dispatcher {
  readonly #parts: DispatcherParts
  readonly #lease: string

  constructor(parts: DispatcherParts) {
    this.#parts = parts
    this.#lease = Buffer.from(parts.random(16)).toString('hex')
  }

  /** Makes deliveries of events that wait, then takes turns: at most so many of webhooks that answer, and that do not. */
  async take(limits: { readonly answering: number; readonly failing: number }): Promise<readonly TakenTurn[]> {
    if (!(await this.#hasWork())) return []
    await this.#fanOut()
    return [...(await this.#takeTurns(false, limits.answering)), ...(await this.#takeTurns(true, limits.failing))]
  }

  /** Sends what is due in a turn and writes what came of it. True: there may be more. Rejects only by `signal`. */
  async run({ turn, takenAtMs }: TakenTurn, send: SendWebhook, signal: AbortSignal): Promise<boolean> {
    const secrets = this.#readSecrets(turn, takenAtMs)
    if (secrets === null) {
      await this.#putOff(turn)
      return false
    }
    const sender = { version: this.#parts.version, secrets, nowMs: takenAtMs }
    try {
      const answers = turn.due.map(async (delivery) => ({
        delivery,
        answer: await send(requestOf(turn.webhook, delivery, sender), signal),
      }))
      await this.#end(turn, await Promise.all(answers))
    } catch (error) {
      if (signal.aborted) await this.#giveUp(turn)
      throw error
    }
    return turn.due.length === deliveriesPerTurn
  }

  async #hasWork(): Promise<boolean> {
    return this.#parts.storage.read('every-organization', async (stores) =>
      stores.dispatch.hasWork(this.#lease, await stores.nowMs()),
    )
  }

  async #fanOut(): Promise<void> {
    const { storage, random } = this.#parts
    let made: number
    do {
      made = await storage.transaction('every-organization', async ({ dispatch }) =>
        dispatch.fanOut(eventsAtOnce, hears, () => createId('dlv', random)),
      )
    } while (made === eventsAtOnce)
  }

  async #takeTurns(failing: boolean, limit: number): Promise<readonly TakenTurn[]> {
    if (limit <= 0) return []
    const perWebhook = failing ? deliveriesToFailing : deliveriesPerTurn
    return this.#parts.storage.transaction('every-organization', async (stores) => {
      const nowMs = await stores.nowMs()
      const lease = { lease: this.#lease, nowMs, untilMs: nowMs + leaseMs }
      const turns = await stores.dispatch.take({ ...lease, failing, limit, perWebhook })
      return turns.map((turn) => ({ turn, takenAtMs: nowMs }))
    })
  }

  async #end(turn: Turn, answers: readonly Answered[]): Promise<void> {
    const { storage, mutate, random } = this.#parts
    const disable = await storage.transaction('every-organization', async (stores) => {
      const nowMs = await stores.nowMs()
      const statuses = answers.map(({ answer }) => answer.status)
      const { disable: reason, ...after } = afterTurn(turn.health, statuses, nowMs)
      const attempted = answers.map((answered) => attemptedOf(answered, nowMs, random))
      await stores.dispatch.end(turn, this.#lease, { attempted, ...after })
      return reason
    })
    if (disable !== null) await disableWebhook(mutate, turn.webhook, disable)
  }

  /** Its deliveries keep their attempts: nothing was sent. */
  async #putOff(turn: Turn): Promise<void> {
    await this.#parts.storage.transaction('every-organization', async (stores) => {
      const restUntilMs = (await stores.nowMs()) + unreadableRestMs
      await stores.dispatch.end(turn, this.#lease, { attempted: [], health: turn.health, restUntilMs })
    })
  }

  async #giveUp(turn: Turn): Promise<void> {
    await this.#parts.storage.transaction('every-organization', async ({ dispatch }) =>
      dispatch.giveUp(turn, this.#lease),
    )
  }

  /** Null: this node was not given the pepper that they are sealed under. */
  #readSecrets(turn: Turn, nowMs: number): readonly Uint8Array[] | null {
    const { keyring, onError } = this.#parts
    try {
      return secretsAt(openSecrets(keyring, turn.webhook.id, turn.secrets), nowMs)
    } catch (error) {
      onError(error)
      return null
    }
  }
}

/** A webhook hears what happened since it was made; one that a key made, of the keys of that key's environment. */
function hears(webhook: Webhook, event: Happened): boolean {
  if (event.atMs < webhook.createdAtMs || !isSubscribedTo(webhook.events, event.type)) return false
  return webhook.environment === null || event.environment === null || event.environment === webhook.environment
}
