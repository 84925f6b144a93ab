import type { MemberParts } from '../members/parts.ts'
import { linkTo } from './links.ts'
import type { SignInParts } from './parts.ts'

/** How who is invited hears of it. What fails is told to the log: who invited sees that nobody came, and invites again. */
export function createMailInvitation({
  mailer,
  publicUrl,
  contract,
  onError,
}: Pick<SignInParts, 'mailer' | 'publicUrl' | 'contract' | 'onError'>): MemberParts['mailInvitation'] {
  if (mailer === null) return null
  return ({ email, organizationName, token }) => {
    const text = [
      `You are invited to ${organizationName} at ${contract.ui.product}. This link lets you in. It is good once, for a week:`,
      linkTo(publicUrl(), 'accept-invitation', token),
      'If you did not expect it, there is nothing to do.',
    ].join('\n\n')
    mailer.send({ to: email, subject: `You are invited to ${organizationName}`, text }).catch(onError)
  }
}
