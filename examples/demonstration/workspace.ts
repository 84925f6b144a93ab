import { MintmarkError, type Mintmark } from '@mintmark/sdk'
import { operatorOf } from './operator-key.ts'
import type { RunningMintmark } from './running-mintmark.ts'

/** Who and what there is to try an example with. */
export type DemonstratedOrganization = {
  readonly id: string
  readonly projects: readonly { readonly id: string; readonly name: string }[]
  readonly people: readonly { readonly id: string; readonly role: string; readonly sessionToken: string }[]
}

/** As long as may be. */
const sessionSeconds = 86_400

/**
 * An organization with two projects and a person for each role of the contract, and a second one with an admin. What is
 * there already, from an earlier start on the same data, stays as it is.
 */
export async function demonstrate({ url, operatorKey }: RunningMintmark): Promise<readonly DemonstratedOrganization[]> {
  const operator = operatorOf(url, operatorKey)
  const roles = Object.keys((await operator.contract()).roles)
  return [
    await organizationOf(operator, { id: 'acme', name: 'Acme', projects: ['Harbour', 'Airport'], roles }),
    await organizationOf(operator, { id: 'globex', name: 'Globex', projects: [], roles: ['admin'] }),
  ]
}

type Wanted = {
  readonly id: string
  readonly name: string
  readonly projects: readonly string[]
  readonly roles: readonly string[]
}

async function organizationOf(operator: Mintmark, wanted: Wanted): Promise<DemonstratedOrganization> {
  const { id, name } = wanted
  await unlessThere(operator.organizations.create({ id, name }))
  const projects = wanted.projects.map((project) => ({ id: project.toLowerCase(), name: project }))
  const acting = operator.actingIn(id)
  for (const project of projects) await unlessThere(acting.projects.create(project))
  const people = []
  for (const role of wanted.roles) {
    const userId = `${id}-${role}`
    await operator.members.sync(id, userId, { role, name: `${name}'s ${role}`, email: `${role}@${id}.example` })
    const { token } = await operator.sessions.create({ organizationId: id, userId, ttlSeconds: sessionSeconds })
    people.push({ id: userId, role, sessionToken: token })
  }
  return { id, projects, people }
}

async function unlessThere(creation: Promise<unknown>): Promise<void> {
  await creation.catch((error: unknown) => {
    if (!(error instanceof MintmarkError) || error.reason !== 'conflict') throw error
  })
}
