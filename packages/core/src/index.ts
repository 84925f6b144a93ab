export { decideAccess, noDemand, type Demand, type Environment, type PermissionDemand, type Subject } from './access.ts'
export {
  ChainWalk,
  chainOrigin,
  checkChain,
  digestPayload,
  linkDigest,
  linkText,
  redactEvent,
  type ChainCheck,
  type ChainDigest,
  type ChainEvent,
  type ChainFault,
  type Declaration,
} from './audit-chain.ts'
export type { RandomBytes } from './base62.ts'
export { builtInContract } from './built-in-contract.ts'
export type { Contract, CredentialHeader, ErrorDialect, Mistake, Tier } from './contract.ts'
export { parseContract, parseContractText } from './contract.ts'
export {
  fillSentence,
  isoSeconds,
  reasons,
  reasonTable,
  sentenceOf,
  statusOf,
  type MessageValues,
  type Reason,
  type Refusal,
} from './errors.ts'
export {
  createId,
  parseChosenId,
  parseMadeId,
  type EventId,
  type InvitationId,
  type KeyId,
  type OrganizationId,
  type ProjectId,
  type SecretId,
  type SessionId,
  type UserId,
} from './id.ts'
export {
  createDigesters,
  createKeyDigester,
  digestFromBytes,
  digestToBytes,
  equalDigests,
  pepperFingerprint,
  type KeyDigest,
  type KeyDigester,
  type KeyDigesters,
  type PepperVersion,
} from './key-digest.ts'
export {
  createKeyFormat,
  invitationTokenFormat,
  operatorKeyFormat,
  sessionTokenFormat,
  unseenBits,
  type KeyFormat,
  type ParsedKey,
  type PlaintextKey,
} from './key-format.ts'
export { nearestName } from './nearest-name.ts'
export { builtInPermissions, createCatalogue, type BuiltInPermission, type PermissionCatalogue } from './permissions.ts'
export type { PermissionSet } from './permission-set.ts'
export {
  assertSpendable,
  charge,
  emptyWindow,
  isIdle,
  MAX_COST,
  MAX_WINDOW_LIMIT,
  MAX_WINDOW_MS,
  MIN_WINDOW_MS,
  spend,
  type SlidingWindow,
  type WindowDecision,
  type WindowLimit,
} from './sliding-window.ts'
export { judge, refuseStanding, refuseWindow, wholeSeconds, type SecretStanding } from './verdict.ts'
export { windowFromBytes, windowToBytes } from './window-bytes.ts'
