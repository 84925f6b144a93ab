export { webhookEventTypes, type Contract, type Reason, type WebhookEventType } from '@mintmark/core'
export type { AuditEvent } from './audit.ts'
export { readContract } from './contract.ts'
export { MintmarkError, SecretNotReplayedError, UnreachableError, type Fault } from './errors.ts'
export type { Forward, ForwardedCall } from './forward.ts'
export type { GuardContext, GuardedRequest, ProjectOf } from './guard/context.ts'
export {
  createGuard as guard,
  type Admitted,
  type AnsweredError,
  type Decision,
  type Guard,
  type GuardOptions,
  type GuardRequest,
  type OnFault,
  type Refused,
  type UnjudgedRequest,
  type WhenUnreachable,
} from './guard/guard.ts'
export { PolicyError, type Method, type Policy, type Rule, type ScopeRule } from './guard/policy.ts'
export { fromHeaders, fromRawHeaders, type ReadCredential } from './guard/presented.ts'
export { RefusedError } from './guard/refused-error.ts'
export type { Verifier } from './guard/verifier.ts'
export type { ApiKey, ImportedApiKey, MintedApiKey } from './keys.ts'
export type { Member } from './members.ts'
export { Mintmark } from './mintmark.ts'
export type { MintedOperatorKey, OperatorKey } from './operator-keys.ts'
export type { MintmarkOptions } from './options.ts'
export type { Organization } from './organizations.ts'
export { Pages, type Page } from './pages.ts'
export type { Project } from './projects.ts'
export type { Readiness } from './readiness.ts'
export type { CallOptions, MutationOptions, SearchHit } from './rest.ts'
export type { Session } from './sessions.ts'
export type { Invitation } from './users.ts'
export type { Question, Verdict, VerifiedKey, VerifiedSession } from './verdict.ts'
export {
  verifyWebhook,
  WebhookSignatureError,
  type VerifyWebhookOptions,
  type WebhookPayload,
  type WebhookRequest,
} from './webhook-signature.ts'
export type { Delivery, Webhook, WebhookWithSecret } from './webhooks.ts'
