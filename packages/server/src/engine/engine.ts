import { createCatalogue, createKeyFormat, type Contract, type KeyFormat } from '@mintmark/core'
import { createAuthenticate, type Authenticate } from './authenticate.ts'
import { createCursors } from './cursor.ts'
import { createParseDemand, type DemandInput } from './demand.ts'
import { createCompile, createRights, type KeyHolder, type OperatorHolder, type SessionHolder } from './holder.ts'
import { createKeys, type KeyUseCases } from './keys.ts'
import type { Keyring } from './keyring.ts'
import { createGetMe, type GetMe } from './me.ts'
import { createMembers, type MemberUseCases } from './members.ts'
import { createOperatorKeys, type OperatorKeyUseCases } from './operator-keys.ts'
import { createOrganizations, type OrganizationUseCases } from './organizations.ts'
import type { ActivityStore, Rekeying } from './ports/activity.ts'
import type { Random } from './ports/clock.ts'
import type { Compile, Directory } from './ports/directory.ts'
import type { Storage } from './ports/storage.ts'
import type { WindowStore } from './ports/windows.ts'
import { createProjects, type ProjectUseCases } from './projects.ts'
import { createRecognise, type Recognise } from './recognise.ts'
import { createSearch, type Search } from './search.ts'
import { createSessions, type SessionUseCases } from './sessions.ts'
import { createMutate } from './unit-of-work.ts'
import { createUsageRecorder, type UsageRecorder } from './usage.ts'
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
  readonly operatorKeys: OperatorKeyUseCases
  readonly search: Search
  readonly usage: UsageRecorder
}

/** How rows of the directory become holders under this contract. Pure. */
export function compileFor(contract: Contract): Compile<KeyHolder | OperatorHolder, SessionHolder> {
  return createCompile(contract, createRights(contract, createCatalogue(contract)))
}

export function keyFormatFor(contract: Contract): KeyFormat {
  return createKeyFormat(contract.keys)
}

export function createEngine(parts: EngineParts): Engine {
  const { contract, keyring, storage, directory, windows, activity, random } = parts
  const catalogue = createCatalogue(contract)
  const rights = createRights(contract, catalogue)
  const format = keyFormatFor(contract)
  const cursors = createCursors(keyring)
  const mutate = createMutate({ storage, random, keyring })
  const usage = createUsageRecorder(activity, parts.onError)
  const { digesters } = keyring
  const rekey = (rekeying: Rekeying): void => {
    if (keyring.rekeys) usage.rekey(rekeying)
  }
  const recognise = createRecognise({ format, digesters, directory, rekey })
  const markFirstUse = (secretNumber: number): Promise<boolean> => directory.markFirstUse(secretNumber)
  const { judge, judgeRecognised } = createVerify({ contract, rights, recognise, windows, usage, markFirstUse })
  const parseDemand = createParseDemand(contract, catalogue)
  return {
    contract,
    judge,
    judgeRecognised,
    parseDemand,
    verify(input) {
      const { key, clientIp = null, cost = 1 } = input
      const verdict = judge({ key, demand: parseDemand(input), clientIp, cost })
      return whenReady(verdict, (decided) => viewVerdict(decided, contract))
    },
    authenticate: createAuthenticate({ recognise, rights, windows, usage, storage, markFirstUse }),
    recognise,
    me: createGetMe(storage),
    keys: createKeys({ contract, rights, format, keyring, random, storage, mutate, cursors, windows }),
    organizations: createOrganizations({ contract, rights, storage, mutate, random, cursors }),
    members: createMembers({ contract, rights, storage, mutate, cursors, random, keyring }),
    projects: createProjects({ rights, storage, mutate, random, cursors }),
    sessions: createSessions({ mutate, random, keyring }),
    operatorKeys: createOperatorKeys({ storage, mutate, random, keyring, cursors }),
    search: createSearch({ storage, contract }),
    usage,
  }
}
