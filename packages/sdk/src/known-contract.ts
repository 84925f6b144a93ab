import type { Contract } from '@mintmark/core'
import { createKeyShape, type CouldBeCredential } from './key-shape.ts'

/** For so long what is no key by the contract that was read is refused by it. */
const maxAgeMs = 60_000

export type KnownContractOptions = {
  readonly read: () => Promise<Contract>
  /** What the caller gave instead: it is never read. */
  readonly given: Contract | null
  readonly nowMs: () => number
}

type Known = { readonly contract: Contract; readonly couldBeCredential: CouldBeCredential; readonly atMs: number }

/** The contract in force, read when it is first needed and then kept. */
export class KnownContract {
  readonly #options: KnownContractOptions
  #known: Known | null
  #reading: Promise<Contract> | null = null
  /** When reading was last begun: failures are not repeated with every key. */
  #readAtMs = Number.NEGATIVE_INFINITY

  constructor(options: KnownContractOptions) {
    this.#options = options
    this.#known = options.given === null ? null : know(options.given, Number.POSITIVE_INFINITY)
  }

  /** What could not be read is tried again by whoever asks next. */
  get(): Promise<Contract> {
    return this.#known === null ? (this.#reading ??= this.#read()) : Promise.resolve(this.#known.contract)
  }

  /**
   * The contract by which this text is no credential, so that nobody need be asked; null where it may be one, or where
   * the contract is unknown or old. It is read behind the scenes then: a contract changes when Mintmark is restarted
   * with another, and a key of a new shape must not be refused by what was true before.
   */
  refusing(text: string): Contract | null {
    if (this.#known?.couldBeCredential(text) === true) return null
    const nowMs = this.#options.nowMs()
    if (this.#known !== null && nowMs - this.#known.atMs < maxAgeMs) return this.#known.contract
    if (nowMs - this.#readAtMs >= maxAgeMs) (this.#reading ??= this.#read()).catch(() => undefined)
    return null
  }

  async #read(): Promise<Contract> {
    const atMs = this.#options.nowMs()
    this.#readAtMs = atMs
    try {
      const contract = await this.#options.read()
      this.#known = know(contract, atMs)
      return contract
    } finally {
      this.#reading = null
    }
  }
}

function know(contract: Contract, atMs: number): Known {
  return { contract, couldBeCredential: createKeyShape(contract), atMs }
}
