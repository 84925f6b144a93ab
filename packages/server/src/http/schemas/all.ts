import { Problem } from './errors.ts'
import {
  ContractResource,
  AcceptedMemberResource,
  CreationLimitsResource,
  InvitationResource,
  InvitedResource,
  KeyResource,
  MemberResource,
  MeResource,
  MintedKeyResource,
  MintedOperatorKeyResource,
  OperatorKeyResource,
  OrganizationResource,
  ProjectResource,
  SessionResource,
} from './resources.ts'
import { Verdict, VerifyRequest } from './verify.ts'

/** Every schema that others refer to by name. */
export const allSchemas = [
  ContractResource,
  AcceptedMemberResource,
  CreationLimitsResource,
  InvitationResource,
  InvitedResource,
  KeyResource,
  MemberResource,
  MeResource,
  MintedKeyResource,
  MintedOperatorKeyResource,
  OperatorKeyResource,
  OrganizationResource,
  Problem,
  ProjectResource,
  SessionResource,
  Verdict,
  VerifyRequest,
]
