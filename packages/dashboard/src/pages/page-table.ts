import { lazy, type ComponentType, type LazyExoticComponent } from 'react'
import type { Installation } from '../installation.ts'

/** A page, by the path that stands in the address. Its code is loaded when somebody goes there. */
export type PageEntry = {
  readonly path: string
  readonly page: LazyExoticComponent<ComponentType>
}

function pageAt<Name extends string>(
  path: string,
  load: () => Promise<{ readonly [Key in Name]: ComponentType }>,
  name: Name,
): PageEntry {
  return { path, page: lazy(async () => ({ default: (await load())[name] })) }
}

/** For whoever is not signed in yet. */
export const visitorPages: readonly PageEntry[] = [
  pageAt('/sign-in', () => import('./sign-in/sign-in-page.tsx'), 'SignInPage'),
  pageAt('/set-up', () => import('./set-up/set-up-page.tsx'), 'SetUpPage'),
  pageAt('/accept-invitation', () => import('./accept-invitation/accept-invitation-page.tsx'), 'AcceptInvitationPage'),
  pageAt('/forgot-password', () => import('./forgot-password/forgot-password-page.tsx'), 'ForgotPasswordPage'),
  pageAt('/reset-password', () => import('./reset-password/reset-password-page.tsx'), 'ResetPasswordPage'),
]

/** For whoever is signed in, in whichever organization. */
export const personPages: readonly PageEntry[] = [
  pageAt('/device', () => import('./device/device-page.tsx'), 'DevicePage'),
]

/** For who holds an operator key: no session, no organization. */
export const operatorPages: readonly PageEntry[] = [
  pageAt('/operator/*', () => import('./operator/operator-page.tsx'), 'OperatorPage'),
]

/** Of the organization that is chosen. Paths of the keys' pages are the contract's. */
export function memberPages({ keysPath }: Pick<Installation, 'keysPath'>): readonly PageEntry[] {
  return [
    pageAt(keysPath, () => import('./settings/developer/api-keys/api-keys-page.tsx'), 'ApiKeysPage'),
    pageAt(
      '/settings/developer/webhooks',
      () => import('./settings/developer/webhooks/webhooks-page.tsx'),
      'WebhooksPage',
    ),
    pageAt(
      '/settings/developer/webhooks/:webhookId',
      () => import('./settings/developer/webhooks/webhook/webhook-page.tsx'),
      'WebhookPage',
    ),
    pageAt('/settings/usage', () => import('./settings/usage/usage-page.tsx'), 'UsagePage'),
    pageAt('/settings/audit-log', () => import('./settings/audit-log/audit-log-page.tsx'), 'AuditLogPage'),
    pageAt('/settings/profile', () => import('./settings/profile/profile-page.tsx'), 'ProfilePage'),
    pageAt('/settings/members', () => import('./settings/members/members-page.tsx'), 'MembersPage'),
    pageAt('/settings/projects', () => import('./settings/projects/projects-page.tsx'), 'ProjectsPage'),
    pageAt('/settings/organization', () => import('./settings/organization/organization-page.tsx'), 'OrganizationPage'),
    pageAt(`${keysPath}/:keyId`, () => import('./settings/developer/api-keys/key/key-page.tsx'), 'KeyPage'),
  ]
}
