import { statusOf, sentenceOf, type Contract } from '@mintmark/core'
import { Audit } from './audit.ts'
import { createForward, type Forward } from './forward.ts'
import { Keys } from './keys.ts'
import { KnownContract } from './known-contract.ts'
import { Members } from './members.ts'
import { OperatorKeys } from './operator-keys.ts'
import { Organizations } from './organizations.ts'
import { Projects } from './projects.ts'
import { readOptions, type ClientSettings, type MintmarkOptions } from './options.ts'
import { createReadReadiness, type ReadReadiness } from './readiness.ts'
import { createRest, dataOf, initOf, type CallOptions, type Rest, type Schema, type SearchHit } from './rest.ts'
import { Sessions } from './sessions.ts'
import { Transport, type Attempt } from './transport.ts'
import { Usage } from './usage.ts'
import { Users } from './users.ts'
import type { Question, Verdict } from './verdict.ts'
import { VerifyBatcher } from './verify-batcher.ts'
import { Webhooks } from './webhooks.ts'

/** Mintmark's client. */
export class Mintmark {
  readonly audit: Audit
  readonly keys: Keys
  readonly members: Members
  readonly operatorKeys: OperatorKeys
  readonly organizations: Organizations
  readonly projects: Projects
  readonly sessions: Sessions
  readonly usage: Usage
  readonly users: Users
  readonly webhooks: Webhooks
  /**
   * Calls Mintmark with the credential of a request to your own API, and resolves to what it answered, whatever that is:
   * status, limit headers, errors in the contract's dialect. For routes of yours that do what Mintmark's do. Mintmark
   * judges them itself, and one is spent: they stand before the guard. 503 where Mintmark does not answer.
   */
  readonly forward: Forward
  /** Whether verdicts can be given, and how each thing is that they depend on. */
  readonly readiness: ReadReadiness
  readonly #options: MintmarkOptions
  readonly #rest: Rest
  readonly #contract: KnownContract
  readonly #batcher: VerifyBatcher

  /** Throws `TypeError` or `RangeError` for options that no call could be made with. */
  constructor(options: MintmarkOptions) {
    this.#options = options
    const { server, headers, fetch, timeoutMs, maxRetries, maxBatchSize } = readOptions(options)
    const transport = new Transport({ timeoutMs, maxRetries })
    const rest = createRest({ server, headers, transport, fetch })
    this.#rest = rest
    this.#contract = new KnownContract({
      read: () => dataOf(rest.GET('/v1/contract')) as Promise<Contract>,
      given: options.contract ?? null,
      nowMs: () => performance.now(),
    })
    this.#batcher = new VerifyBatcher({
      transport,
      post: createPost({ server, headers, fetch }),
      maxBatchSize,
      timeoutMs,
    })
    this.audit = new Audit(rest)
    this.keys = new Keys(rest)
    this.members = new Members(rest)
    this.operatorKeys = new OperatorKeys(rest)
    this.organizations = new Organizations(rest)
    this.projects = new Projects(rest)
    this.sessions = new Sessions(rest)
    this.usage = new Usage(rest)
    this.users = new Users(rest)
    this.webhooks = new Webhooks(rest)
    this.readiness = createReadReadiness({ server, fetch, timeoutMs })
    this.forward = createForward({
      server,
      fetch,
      timeoutMs,
      contract: () => this.contract(),
      isNoCredential: (text) => this.#contract.refusing(text) !== null,
    })
  }

  /**
   * Judges a credential that somebody presented. Resolves to a verdict whichever it is; rejects with `MintmarkError`
   * where there is none. A text that has not the shape of a key is refused without a call. Concurrent calls share a
   * request. A call whose answer was lost is made again and then spends again from the key's window.
   */
  verify(question: Question, options: CallOptions = {}): Promise<Verdict> {
    const contract = this.#contract.refusing(question.key)
    if (contract !== null) return Promise.resolve(noKey(contract))
    return this.#batcher.ask(question, options.signal ?? null)
  }

  /** What the credential of this client is told of itself. */
  me(options: CallOptions = {}): Promise<Schema<'Me'>> {
    return dataOf(this.#rest.GET('/v1/me', initOf(options)))
  }

  /** The contract in force, every default filled in. Read once. */
  contract(): Promise<Contract> {
    return this.#contract.get()
  }

  /** Finds keys, projects and users by name, prefix or address. */
  async search(q: string, options: CallOptions = {}): Promise<readonly SearchHit[]> {
    const found = await dataOf(this.#rest.GET('/v1/search', { params: { query: { q } }, ...initOf(options) }))
    return found.data
  }

  /**
   * The same for an operator who acts in an organization, and there for a member, with no more rights than his. Throws
   * `TypeError` for an id that is undefined or null: whoever acts for nobody leaves `userId` out.
   */
  actingIn(organizationId: string, ...user: readonly [] | readonly [userId: string]): Mintmark {
    return new Mintmark({ ...this.#options, organizationId, ...(user.length !== 0 && { userId: user[0] }) })
  }
}

/** Verification is not bound to an organization, and is asked too often for anything that looks at each request twice. */
function createPost({ server, headers, fetch: send }: Pick<ClientSettings, 'server' | 'headers' | 'fetch'>) {
  const { Authorization, Accept } = headers
  const own = { Authorization, Accept, 'Content-Type': 'application/json' }
  return (path: string, body: string): Attempt =>
    (signal) =>
      send(`${server}${path}`, { method: 'POST', headers: own, body, signal, redirect: 'manual' })
}

function noKey(contract: Contract): Verdict {
  const reason = 'invalid_key'
  const message = sentenceOf({ reason }, contract.messages)
  return { valid: false, status: statusOf(reason), reason, message, key: null, session: null, rateLimit: null }
}
