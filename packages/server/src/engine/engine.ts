import { createCatalogue, createKeyFormat, createLegacyFormat, type Contract, type KeyFormat } from '@mintmark/core'
import { createAuthenticate, type Authenticate } from './authenticate.ts'
import { createAuditEvents, type AuditEventUseCases } from './audit-events.ts'
import { createCursors } from './cursor.ts'
import { createParseDemand, type DemandInput } from './demand.ts'
import { createCompile, createRights, type KeyHolder, type OperatorHolder, type SessionHolder } from './holder.ts'
import { createJobs } from './jobs.ts'
import type { Job } from './jobs/job.ts'
import type { Metrics } from './metrics.ts'
import { createKeys, type KeyUseCases } from './keys.ts'
import type { Keyring } from './keyring.ts'
import { createGetMe, type GetMe } from './me.ts'
import { createMembers, type MemberUseCases } from './members.ts'
import { createOperatorKeys, type OperatorKeyUseCases } from './operator-keys.ts'
import { createOrganizations, type OrganizationUseCases } from './organizations.ts'
import type { ActivityStore } from './ports/activity.ts'
import type { Clock, Random } from './ports/clock.ts'
import type { Compile, Directory } from './ports/directory.ts'
import type { Storage } from './ports/storage.ts'
import type { UsageArchive } from './ports/usage.ts'
import type { WindowStore } from './ports/windows.ts'
import { createPeppers, type PepperUseCases } from './peppers.ts'
import { createProjects, type ProjectUseCases } from './projects.ts'
import { createRecognise, type Recognise } from './recognise.ts'
import { createRestore, type Restore } from './restore.ts'
import { createSearch, type Search } from './search.ts'
import { createSessions, type SessionUseCases } from './sessions.ts'
import { createSignIn, type SignInUseCases } from './sign-in.ts'
import { AddressLimit } from './sign-in/address-limit.ts'
import { createMailInvitation } from './sign-in/invitation-mail.ts'
import type { SignInParts } from './sign-in/parts.ts'
import { PasswordHasher } from './sign-in/password-hash.ts'
import { createMutate } from './unit-of-work.ts'
import { createWebhooks, type WebhookUseCases } from './webhooks.ts'
import type { Destinations } from './webhooks/destination.ts'
import { Dispatcher } from './webhooks/dispatcher.ts'
import { createLimitEvents } from './webhooks/limit-events.ts'
import { createUsageRecorder, type UsageRecorder } from './usage.ts'
import { createReadUsage, type ReadUsage } from './usage/read-usage.ts'
import { createListTopKeys, type ListTopKeys } from './usage/top-keys.ts'
import type { UsageRetention } from './usage/usage-retention.ts'
import { createVerify, viewVerdict, type Question, type VerdictView, type Verify } from './verify.ts'
import { whenReady, type Ready } from './when-ready.ts'

/** What the engine stands on. `directory` is made for the engine's own holders, by `compileFor(contract)`. */
export type EngineParts = {
  readonly contract: Contract
  readonly keyring: Keyring
  readonly storage: Storage
  readonly directory: Directory<KeyHolder | OperatorHolder, SessionHolder>
  readonly windows: WindowStore
  readonly activity: ActivityStore
  readonly random: Random
  /** This process's own, for what each node counts for itself. */
  readonly clock: Clock
  readonly metrics: Metrics
  readonly usageArchive: UsageArchive
  readonly usageRetention: UsageRetention
  /** For how long audit events are kept; null: for ever. */
  readonly auditRetentionDays: number | null
  /** Where webhooks may be sent, and who is told, after a commit, that there is something to send. */
  readonly webhooks: {
    readonly destinations: Destinations
    readonly version: string
    readonly onDue: () => void
  }
  /** How people sign in: where links lead, and who sends them. */
  readonly signIn: Pick<SignInParts, 'publicUrl' | 'mailer' | 'openId'>
  /** Told of what fails behind the scenes (a flush). Never of a refusal. */
  readonly onError: (error: unknown) => void
}

/** A question as a company's backend asks it (API.md section 5, `POST /v1/verify`). */
export type VerifyInput = DemandInput & {
  readonly key: string
  readonly clientIp?: string
  /** 0 to 1000, default 1. */
  readonly cost?: number
}

export type Engine = {
  readonly contract: Contract
  /** Answers at once where the authority is in this process, else by a promise: `await` suits both. */
  verify(input: VerifyInput): Ready<VerdictView>
  /** The same for a question that is parsed already, as data for whoever writes his own answer. */
  readonly judge: Verify['judge']
  readonly judgeRecognised: Verify['judgeRecognised']
  readonly parseDemand: (input: DemandInput) => Question['demand']
  readonly authenticate: Authenticate
  readonly recognise: Recognise
  readonly me: GetMe
  readonly keys: KeyUseCases
  readonly organizations: OrganizationUseCases
  readonly members: MemberUseCases
  readonly projects: ProjectUseCases
  readonly sessions: SessionUseCases
  readonly signIn: SignInUseCases
  readonly operatorKeys: OperatorKeyUseCases
  readonly peppers: PepperUseCases
  readonly auditEvents: AuditEventUseCases
  readonly search: Search
  readonly webhooks: WebhookUseCases
  readonly dispatcher: Dispatcher
  readonly restore: Restore
  readonly metrics: Metrics
  readonly usage: UsageRecorder
  readonly readUsage: ReadUsage
  readonly listTopKeys: ListTopKeys
  /** What is to be done again and again, by one node at a time. */
  readonly jobs: readonly Job[]
}

/** How rows of the directory become holders under this contract. Pure. */
export function compileFor(contract: Contract): Compile<KeyHolder | OperatorHolder, SessionHolder> {
  return createCompile(contract, createRights(contract, createCatalogue(contract)))
}

export function keyFormatFor(contract: Contract): KeyFormat {
  return createKeyFormat(contract.keys)
}

export function createEngine(parts: EngineParts): Engine {
  const common = createCommonParts(parts)
  return {
    contract: parts.contract,
    metrics: parts.metrics,
    usage: common.usage,
    recognise: common.recognise,
    ...createVerification(parts, common),
    ...createUseCases(parts, common),
    ...createBackgroundWork(parts, common),
  }
}

type CommonParts = ReturnType<typeof createCommonParts>

/** What several use cases share. */
function createCommonParts(parts: EngineParts) {
  const { contract, keyring, storage, directory, random, onError } = parts
  const catalogue = createCatalogue(contract)
  const mutate = createMutate({ storage, random, keyring, onAnnounced: parts.webhooks.onDue })
  const limitEvents = createLimitEvents({ contract, storage, mutate, onError })
  const usage = createUsageRecorder(limitEvents.watch(parts.activity), onError)
  const format = keyFormatFor(contract)
  const legacy = createLegacyFormat(contract.keys.legacy)
  return {
    catalogue,
    rights: createRights(contract, catalogue),
    format,
    cursors: createCursors(keyring),
    mutate,
    limitEvents,
    usage,
    legacy,
    recognise: createRecognise({ format, legacy, keyring, directory, rekey: (rekeying) => usage.rekey(rekeying) }),
    markFirstUse: (secretNumber: number): Promise<boolean> => directory.markFirstUse(secretNumber),
  }
}

function createVerification(parts: EngineParts, common: CommonParts) {
  const { contract, metrics } = parts
  const { judge, judgeRecognised } = createVerify({ ...parts, ...common })
  const parseDemand = createParseDemand(contract, common.catalogue)
  return {
    judge,
    judgeRecognised,
    parseDemand,
    verify(input: VerifyInput): Ready<VerdictView> {
      const { key, clientIp = null, cost = 1 } = input
      const verdict = judge({ key, demand: parseDemand(input), clientIp, agent: null, cost })
      return whenReady(verdict, (decided) => {
        metrics.judged(decided.refusal?.reason ?? null)
        return viewVerdict(decided, contract)
      })
    },
    authenticate: createAuthenticate({ ...parts, ...common }),
  }
}

function createUseCases(parts: EngineParts, common: CommonParts) {
  const { storage, contract } = parts
  const both = { ...parts, ...common }
  return {
    me: createGetMe(storage),
    keys: createKeys({
      ...both,
      tellOfCreationLimit: (limited) => common.limitEvents.tellOfCreationLimit(limited),
    }),
    organizations: createOrganizations(both),
    members: createMembers({ ...both, mailInvitation: createMailInvitation({ ...both, ...parts.signIn }) }),
    projects: createProjects(both),
    sessions: createSessions(both),
    signIn: createSignIn({ ...both, ...parts.signIn, ...createGuards(parts) }),
    operatorKeys: createOperatorKeys(both),
    peppers: createPeppers(both),
    auditEvents: createAuditEvents({ storage, cursors: common.cursors }),
    search: createSearch({ storage, contract }),
    webhooks: createWebhooks({ ...both, ...parts.webhooks }),
    readUsage: createReadUsage({ storage, retention: parts.usageRetention }),
    listTopKeys: createListTopKeys({ storage, contract, retention: parts.usageRetention }),
  }
}

/** What slows down whoever guesses. */
function createGuards({ random, metrics, clock }: EngineParts) {
  return {
    hasher: new PasswordHasher(random, () => metrics.passwordHashed()),
    addresses: new AddressLimit(() => clock.nowMs()),
  }
}

/** What nobody asks for: it is done when it is due. */
function createBackgroundWork(parts: EngineParts, common: CommonParts) {
  const both = { ...parts, ...common }
  return {
    dispatcher: new Dispatcher({ ...both, version: parts.webhooks.version }),
    restore: createRestore(both),
    jobs: createJobs({ ...both, retention: parts.usageRetention }),
  }
}
