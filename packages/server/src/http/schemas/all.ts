import { AuditCheckResource, AuditEventResource, AuditHeadResource } from './audit-events.ts'
import { Problem } from './errors.ts'
import {
  ContractResource,
  AcceptedMemberResource,
  CreationLimitsResource,
  InvitationResource,
  InvitedResource,
  KeyResource,
  KeyWindowResource,
  MemberResource,
  MeResource,
  MintedKeyResource,
  MintedOperatorKeyResource,
  OperatorKeyResource,
  OrganizationResource,
  ProjectResource,
  SessionResource,
} from './resources.ts'
import { GraphqlAnswerShape, GraphqlRefusal } from './graphql.ts'
import { TopKeysResource, UsageResource } from './usage.ts'
import { DeliveryResource, WebhookResource, WebhookWithSecretResource } from './webhooks.ts'
import { Verdict, VerifyRequest } from './verify.ts'

/** Every schema that others refer to by name. */
export const allSchemas = [
  AuditCheckResource,
  AuditEventResource,
  AuditHeadResource,
  ContractResource,
  AcceptedMemberResource,
  CreationLimitsResource,
  DeliveryResource,
  GraphqlAnswerShape,
  GraphqlRefusal,
  InvitationResource,
  InvitedResource,
  KeyResource,
  KeyWindowResource,
  MemberResource,
  MeResource,
  MintedKeyResource,
  MintedOperatorKeyResource,
  OperatorKeyResource,
  OrganizationResource,
  Problem,
  ProjectResource,
  SessionResource,
  TopKeysResource,
  UsageResource,
  Verdict,
  VerifyRequest,
  WebhookResource,
  WebhookWithSecretResource,
]
