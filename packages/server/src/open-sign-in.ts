import type { MailSettings } from './config.ts'
import type { EngineParts } from './engine/engine.ts'
import type { OpenIdSettings } from './storage/better-auth/open-id.ts'

type SignInSettings = { readonly mail?: MailSettings | null; readonly openId?: readonly OpenIdSettings[] }

/** What people sign in with besides a password: each is loaded by who configures it. */
export async function openSignIn(
  { mail = null, openId = [] }: SignInSettings,
  publicUrl: () => string,
): Promise<EngineParts['signIn']> {
  return {
    publicUrl,
    mailer: mail === null ? null : (await import('./outgoing/mailer.ts')).createMailer(mail),
    openId: openId.length === 0 ? null : (await import('./storage/better-auth/open-id.ts')).openIdProviders(openId),
  }
}
