export {
  decideAccess,
  decideDanger,
  isDangerousKey,
  noDemand,
  stepUpMs,
  type Demand,
  type Environment,
  type HandedOut,
  type PermissionDemand,
  type Subject,
} from './access.ts'
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
  type ChainDigests,
  type ChainEvent,
  type ChainFault,
  type Declaration,
} from './audit-chain.ts'
export type { RandomBytes } from './base62.ts'
export { builtInContract } from './built-in-contract.ts'
export type { Contract, CredentialHeader, ErrorDialect, Mistake, Tier } from './contract.ts'
export { legacyHashes, type LegacyHash } from './contract-terms.ts'
export { parseContract, parseContractText } from './contract.ts'
export { bearerToken, presentedCredential, type CredentialLines, type PresentedCredential } from './credential.ts'
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
export { guardMessages } from './guard-messages.ts'
export {
  createId,
  parseChosenId,
  parseMadeId,
  type DeliveryId,
  type EventId,
  type InvitationId,
  type KeyId,
  type OrganizationId,
  type ProjectId,
  type SecretId,
  type SessionId,
  type SignInId,
  type UserId,
  type WebhookId,
} from './id.ts'
export {
  createDigesters,
  createKeyDigester,
  digestFromBytes,
  digestToBytes,
  pepperFingerprint,
  type KeyDigest,
  type KeyDigester,
  type KeyDigesters,
  type PepperVersion,
} from './key-digest.ts'
export {
  createKeyFormat,
  invitationTokenFormat,
  linkTokenFormat,
  operatorKeyFormat,
  sessionTokenFormat,
  signInFormat,
  unseenBits,
  type KeyFormat,
  type ParsedKey,
  type PlaintextKey,
} from './key-format.ts'
export {
  createLegacyFormat,
  digestForeignHash,
  isHashed,
  readForeignHash,
  type ForeignHash,
  type LegacyFormat,
} from './legacy-format.ts'
export { nearestName } from './nearest-name.ts'
export { builtInPermissions, createCatalogue, type BuiltInPermission, type PermissionCatalogue } from './permissions.ts'
export type { PermissionSet } from './permission-set.ts'
export { rateLimitHeaders, rateLimitOf, type RateLimit } from './rate-limit.ts'
export {
  createAnswerRefusal,
  errorMediaType,
  safetyHeaders,
  type AnswerRefusal,
  type RefusalAnswer,
  type RefusalDetails,
} from './refusal-answer.ts'
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
export { webhookEventTypes, type WebhookEventType } from './webhook-event-types.ts'
export { windowFromBytes, windowToBytes } from './window-bytes.ts'
