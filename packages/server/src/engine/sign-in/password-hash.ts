import { argon2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { wholeSeconds } from '@mintmark/core'
import type { Random } from '../ports/clock.ts'
import { RefusedError } from '../refused.ts'

/** OWASP's password storage cheat sheet, of the settings it gives as equal: 19 MiB, two passes, one lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 } as const
const saltBytes = 16
const tagBytes = 32
/** Each takes 19 MiB and a core for some 40 ms. */
const maxAtOnce = 2
/** Who would wait longer than some seconds is told to come again. */
const maxWaiting = 100
const retryAfterMs = 5_000

/** `$argon2id$v=19$m=…,t=…,p=…$salt$tag`, the form that other programs read too. */
const written =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{16,88})\$([A-Za-z0-9+/]{22,172})$/

const derive = promisify(argon2)

type Cost = { readonly memory: number; readonly passes: number; readonly parallelism: number }

/** Hashes passwords, a few at a time: each costs the same whether or not there is anything to compare it with. */
export class PasswordHasher {
  readonly #random: Random
  readonly #onHash: () => void
  readonly #waiting: (() => void)[] = []
  #running = 0

  /** @param onHash told of each hash that is made */
  constructor(random: Random, onHash: () => void) {
    this.#random = random
    this.#onHash = onHash
  }

  async hash(password: string): Promise<string> {
    const salt = this.#random(saltBytes)
    const tag = await this.#derive(password, salt, tagBytes, cost)
    const { memory, passes, parallelism } = cost
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`
  }

  /** @param hash null: nobody's; the answer is no, after the same work */
  async verify(password: string, hash: string | null): Promise<boolean> {
    const known = hash === null ? null : written.exec(hash)
    if (known === null) {
      await this.#derive(password, this.#random(saltBytes), tagBytes, cost)
      return false
    }
    const [, memory, passes, parallelism, salt = '', tag = ''] = known
    const expected = Buffer.from(tag, 'base64')
    const own = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
    const made = await this.#derive(password, Buffer.from(salt, 'base64'), expected.length, own)
    return timingSafeEqual(made, expected)
  }

  async #derive(password: string, nonce: Uint8Array, tagLength: number, own: Cost): Promise<Uint8Array> {
    await this.#takeTurn()
    try {
      this.#onHash()
      // However a person's keyboard composes his letters (RFC 8265 section 4.2.2).
      const message = Buffer.from(password.normalize('NFC'))
      return await derive('argon2id', { message, nonce, tagLength, ...own })
    } finally {
      this.#giveTurn()
    }
  }

  async #takeTurn(): Promise<void> {
    if (this.#running < maxAtOnce) {
      this.#running += 1
      return
    }
    if (this.#waiting.length >= maxWaiting) throw tooBusy()
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** To who has waited longest: nobody comes in between. */
  #giveTurn(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#running -= 1
    else next()
  }
}

function tooBusy(): RefusedError {
  const values = { retryAfterSeconds: wholeSeconds(retryAfterMs) }
  return new RefusedError({ reason: 'unavailable', values }, { retryAfterMs })
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '')
}
