import type { Contract } from '@mintmark/core'
import type { Engine } from '../engine/engine.ts'
import type { ClientAddress } from './client-address.ts'
import type { Log } from './log.ts'

/** What the verify lane stands on. */
export type LaneParts = {
  readonly engine: Pick<Engine, 'authenticate' | 'recognise' | 'judge' | 'judgeRecognised' | 'parseDemand' | 'metrics'>
  readonly contract: Contract
  readonly clientAddress: ClientAddress
  readonly createRequestId: () => string
  /** Headers of every answer: name, value. */
  readonly always: readonly string[]
  readonly log: Pick<Log, 'failure'>
}
