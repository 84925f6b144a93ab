import type { OrganizationId, UserId } from '@mintmark/core'
import { present, type Browser } from './browser.ts'
import type { SignInParts } from './parts.ts'
import { hasSecondFactor } from './second-factor.ts'

/** More than anybody is shown to choose from. */
const maxOrganizations = 200

export type PersonView = {
  readonly userId: UserId
  readonly email: string
  readonly name: string
  /** Whether he has one: who comes by a provider need not. */
  readonly password: boolean
  readonly secondFactor: boolean
  /** Where he is an active member. */
  readonly organizations: readonly { readonly id: OrganizationId; readonly name: string; readonly role: string }[]
}

export async function getPerson(parts: SignInParts, browser: Browser): Promise<PersonView> {
  const { person } = await present(parts, browser)
  const { userId, email, name } = person
  return parts.storage.read('every-organization', async (stores) => {
    const memberships = await stores.members.listOrganizations(userId, maxOrganizations)
    const organizations = memberships.map(({ organizationId, organizationName, role }) => ({
      id: organizationId,
      name: organizationName,
      role,
    }))
    const password = (await stores.identity.passwordHash(userId)) !== null
    return { userId, email, name, password, secondFactor: await hasSecondFactor(stores, userId), organizations }
  })
}
