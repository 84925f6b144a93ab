import { call, type Answer } from './client.ts'
import { createOrganization, type Installation } from './installation.ts'
import { Ledger, type LedgerKey } from './ledger.ts'
import { urlOf } from './storages.ts'

/** A member who mints, rotates, revokes and deletes, and keeps a ledger of it. `turn` chooses the node. */
export class MutatingClient {
  readonly ledger: Ledger
  readonly #installation: Installation
  readonly #headers: Readonly<Record<string, string>>

  private constructor(installation: Installation, organizationId: string, headers: Readonly<Record<string, string>>) {
    this.ledger = new Ledger(organizationId)
    this.#installation = installation
    this.#headers = headers
  }

  static async create(installation: Installation): Promise<MutatingClient> {
    const organization = await createOrganization(installation)
    return new MutatingClient(installation, organization.id, organization.acting(organization.userIds['admin']))
  }

  /** The lives of keys, one after another, until `signal`, or until the node is gone. */
  async work(turn: number, signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) await this.#liveOut(turn, this.ledger.open(), signal)
    } catch (error) {
      if (!(error instanceof NotAnswered)) throw error
    }
  }

  /** Sends again whatever was not answered, in order, until it is. */
  async settle(turn: number): Promise<void> {
    for (const key of this.ledger.keys) {
      if (key.mint === 'sent') await this.#mint(turn, key)
      for (const index of key.rotations.keys())
        if (key.rotations[index] === 'sent') await this.#rotate(turn, key, index)
      if (key.revocation === 'sent') await this.#revoke(turn, key)
      if (key.deletion === 'sent') await this.#delete(turn, key)
    }
  }

  async #liveOut(turn: number, key: LedgerKey, signal: AbortSignal): Promise<void> {
    await this.#mint(turn, key)
    for (let rotations = Math.floor(Math.random() * 3); rotations > 0 && !signal.aborted; rotations--) {
      await this.#rotate(turn, key, key.rotations.length)
    }
    const fate = Math.random()
    if (fate < 0.4 && !signal.aborted) await this.#revoke(turn, key)
    if (fate > 0.2 && fate < 0.7 && !signal.aborted) await this.#delete(turn, key)
  }

  async #mint(turn: number, key: LedgerKey): Promise<void> {
    key.mint = 'sent'
    const { body } = await this.#send(turn, 'POST', '/v1/api-keys', { name: key.name }, `mint ${key.name}`)
    key.id = body.id
    this.#hold(key, body)
    key.mint = 'acknowledged'
  }

  async #rotate(turn: number, key: LedgerKey, index: number): Promise<void> {
    key.rotations[index] = 'sent'
    const claim = `rotate ${key.name} ${index}`
    const { body } = await this.#send(turn, 'POST', `${pathOf(key)}/rotate`, { overlapSeconds: 60 }, claim)
    this.#hold(key, body)
    key.rotations[index] = 'acknowledged'
  }

  async #revoke(turn: number, key: LedgerKey): Promise<void> {
    key.revocation = 'sent'
    await this.#send(turn, 'POST', `${pathOf(key)}/revoke`, {})
    key.revocation = 'acknowledged'
  }

  async #delete(turn: number, key: LedgerKey): Promise<void> {
    const wasSent = key.deletion === 'sent'
    key.deletion = 'sent'
    await this.#send(turn, 'DELETE', pathOf(key), undefined, undefined, wasSent ? [204, 404] : [204])
    key.deletion = 'acknowledged'
  }

  #hold(key: LedgerKey, body: Answer['body']): void {
    key.secret = body.key
    key.secretIds.push(body.secrets.at(-1).id)
  }

  async #send(
    turn: number,
    method: string,
    path: string,
    body?: object,
    claim?: string,
    expected: readonly number[] = [200, 201],
  ): Promise<Answer> {
    const headers = { ...this.#headers, ...(claim !== undefined && { 'idempotency-key': claim }) }
    const key = this.#installation.operatorKey
    const answer = await call(urlOf(this.#installation, turn), method, path, {
      key,
      headers,
      ...(body && { body }),
    }).catch((error: unknown) => {
      throw new NotAnswered('nobody answered', { cause: error })
    })
    if (answer.status === 503) throw new NotAnswered(answer.text)
    if (!expected.includes(answer.status)) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer
  }
}

/** Nobody knows whether it was done. */
class NotAnswered extends Error {
  override readonly name = 'NotAnswered'
}

function pathOf({ id, name }: LedgerKey): string {
  if (id === null) throw new Error(`${name} was not minted`)
  return `/v1/api-keys/${id}`
}
