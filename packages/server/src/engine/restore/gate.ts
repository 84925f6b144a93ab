import { StoreUnavailable } from '../ports/unavailable.ts'
import type { Directory } from '../ports/directory.ts'

/**
 * A directory that answers nothing while it is not known whether its database has all that ended: neither yes nor no.
 */
export class Gate<K, S> implements Directory<K, S> {
  readonly #directory: Directory<K, S>
  readonly #isOpen: () => boolean

  constructor(directory: Directory<K, S>, isOpen: () => boolean) {
    this.#directory = directory
    this.#isOpen = isOpen
  }

  findKey: Directory<K, S>['findKey'] = (digest) => {
    if (!this.#isOpen()) throw new StoreUnavailable('journal')
    return this.#directory.findKey(digest)
  }

  findSession: Directory<K, S>['findSession'] = (digest) => {
    if (!this.#isOpen()) throw new StoreUnavailable('journal')
    return this.#directory.findSession(digest)
  }

  markFirstUse: Directory<K, S>['markFirstUse'] = async (secretNumber) => {
    if (!this.#isOpen()) throw new StoreUnavailable('journal')
    return this.#directory.markFirstUse(secretNumber)
  }
}
