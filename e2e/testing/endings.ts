import { mintKey } from './cast.ts'
import { call, expectCall, type Answer } from './client.ts'
import { createOrganization, type Installation } from './installation.ts'
import type { Claim } from './revocation-checker.ts'
import { waysToAct, waysToAsk, waysToAskAsOperator, waysToAskForWriting, type Way } from './ways-to-ask.ts'

export type AskedClaim = { readonly claim: Claim; readonly ways: readonly Way[] }

/** Something that is about to be ended, and everything that ends with it. */
export type Target = {
  readonly claims: readonly AskedClaim[]
  readonly end: (url: string) => Promise<Answer>
}

/** One of the ways in which a right is taken from somebody. */
export type Ending = { readonly name: string; readonly prepare: (installation: Installation) => Promise<Target> }

/** All of them. */
export const endings: readonly Ending[] = [
  keyEnding('revoke', (id) => ['POST', `/v1/api-keys/${id}/revoke`, {}]),
  keyEnding('delete', (id) => ['DELETE', `/v1/api-keys/${id}`]),
  keyEnding('rotate without overlap', (id) => ['POST', `/v1/api-keys/${id}/rotate`, { overlapSeconds: 0 }]),
  narrowing('narrow permissions', (id) => ['PATCH', `/v1/api-keys/${id}`, { permissions: ['projects:read'] }]),
  narrowing('transfer to a lesser member', (id, { lesserUserId }) => [
    'POST',
    `/v1/api-keys/${id}/transfer`,
    { userId: lesserUserId },
  ]),
  keyEnding('narrow addresses', (id) => ['PATCH', `/v1/api-keys/${id}`, { ipAllowlist: ['192.0.2.0/24'] }]),
  { name: 'end a secret', prepare: prepareSecret },
  { name: 'delete the project of a key', prepare: prepareProject },
  memberEnding('suspend the organization', 'everything', ({ id }) => [
    'PATCH',
    `/v1/organizations/${id}`,
    { status: 'suspended' },
  ]),
  memberEnding('delete the organization', 'everything', ({ id }) => ['DELETE', `/v1/organizations/${id}`]),
  memberEnding('remove a member and his keys', 'everything', ({ member }) => ['DELETE', member]),
  memberEnding('remove a member, keys to the organization', 'session', ({ member }) => [
    'DELETE',
    `${member}?keys=organization`,
  ]),
  memberEnding('remove a member, keys to a lesser one', 'session and writing', ({ member, lesserUserId }) => [
    'DELETE',
    `${member}?keys=${lesserUserId}`,
  ]),
  memberEnding('suspend a member', 'everything', ({ member }) => [
    'PUT',
    member,
    { role: 'admin', status: 'suspended' },
  ]),
  memberEnding('demote a member', 'writing', ({ member }) => ['PUT', member, { role: 'member' }]),
  { name: 'revoke an operator key', prepare: prepareOperatorKey },
  { name: 'end a session', prepare: prepareSession },
]

type Request = readonly [method: string, path: string, body?: object]

/** An organization with an admin, a member who may less, and the admin's key and session. */
type Scene = {
  readonly id: string
  /** Path of the admin as a member. */
  readonly member: string
  readonly lesserUserId: string
  readonly acting: Readonly<Record<string, string>>
  readonly minted: { readonly id: string; readonly key: string; readonly secrets: readonly { readonly id: string }[] }
  readonly session: string
}

async function createScene(installation: Installation): Promise<Scene> {
  const { url, operatorKey: key } = installation
  const organization = await createOrganization(installation, { roles: ['admin', 'member'] })
  const { id: organizationId, userIds } = organization
  const userId = userIds['admin'] ?? ''
  const acting = organization.acting(userId)
  const minted = await expectCall(201, url, 'POST', '/v1/api-keys', { key, headers: acting, body: { name: 'ending' } })
  const session = await expectCall(201, url, 'POST', '/v1/sessions', { key, body: { organizationId, userId } })
  return {
    id: organizationId,
    member: `/v1/organizations/${organizationId}/members/${userId}`,
    lesserUserId: userIds['member'] ?? '',
    acting,
    minted,
    session: session.token,
  }
}

/** By the member who owns the key: it is gone, or works from nowhere near. */
function keyEnding(name: string, request: (keyId: string) => Request): Ending {
  return {
    name,
    async prepare(installation) {
      const { minted, acting } = await createScene(installation)
      const { operatorKey } = installation
      return {
        claims: [live(operatorKey, minted)],
        end: sender(operatorKey, request(minted.id), acting),
      }
    },
  }
}

/** The key stays and may less. */
function narrowing(name: string, request: (keyId: string, scene: Scene) => Request): Ending {
  return {
    name,
    async prepare(installation) {
      const scene = await createScene(installation)
      const { operatorKey } = installation
      return {
        claims: [writing(operatorKey, scene.minted)],
        end: sender(operatorKey, request(scene.minted.id, scene), scene.acting),
      }
    },
  }
}

/** By the operator, to a member or all of his organization. */
function memberEnding(
  name: string,
  ends: 'everything' | 'session' | 'session and writing' | 'writing',
  request: (scene: Scene) => Request,
): Ending {
  return {
    name,
    async prepare(installation) {
      const { operatorKey } = installation
      const scene = await createScene(installation)
      const { minted, session, acting } = scene
      const token = { id: `session of ${minted.id}`, key: session }
      const member = { claim: `member of ${minted.id} may be acted for`, ways: waysToAct(operatorKey, acting) }
      const claims = {
        everything: [live(operatorKey, minted), live(operatorKey, token), member],
        session: [live(operatorKey, token), member],
        'session and writing': [live(operatorKey, token), writing(operatorKey, minted)],
        writing: [writing(operatorKey, minted), writing(operatorKey, token)],
      } satisfies Record<typeof ends, readonly AskedClaim[]>
      return { claims: claims[ends], end: sender(operatorKey, request(scene)) }
    },
  }
}

async function prepareSecret(installation: Installation): Promise<Target> {
  const { url, operatorKey: key } = installation
  const { minted, acting: headers } = await createScene(installation)
  const path = `/v1/api-keys/${minted.id}`
  await expectCall(201, url, 'POST', `${path}/rotate`, { key, headers, body: {} })
  // The newer one stays: it is the key's when the overlap ends.
  const ends = { id: minted.secrets[0]?.id ?? '', key: minted.key }
  return { claims: [live(key, ends)], end: sender(key, ['DELETE', `${path}/secrets/${ends.id}`], headers) }
}

async function prepareProject(installation: Installation): Promise<Target> {
  const { url, operatorKey: key } = installation
  const { acting: headers } = await createScene(installation)
  const project = await expectCall(201, url, 'POST', '/v1/projects', { key, headers, body: { name: 'ending' } })
  const minted = await mintKey(installation, headers, { name: 'ending', scope: 'project', projectId: project.id })
  return { claims: [live(key, minted)], end: sender(key, ['DELETE', `/v1/projects/${project.id}`], headers) }
}

async function prepareOperatorKey(installation: Installation): Promise<Target> {
  const { url, operatorKey: key } = installation
  const minted = await expectCall(201, url, 'POST', '/v1/operator-keys', { key, body: { name: 'ending' } })
  return {
    claims: [{ claim: `${minted.id} is live`, ways: waysToAskAsOperator(minted.key) }],
    end: sender(key, ['POST', `/v1/operator-keys/${minted.id}/revoke`]),
  }
}

async function prepareSession(installation: Installation): Promise<Target> {
  const { session, minted } = await createScene(installation)
  const token = { id: `session of ${minted.id}`, key: session }
  return { claims: [live(installation.operatorKey, token)], end: sender(session, ['DELETE', '/v1/sessions/current']) }
}

function live(operatorKey: string, { id, key }: { readonly id: string; readonly key: string }): AskedClaim {
  return { claim: `${id} is live`, ways: waysToAsk(operatorKey, key) }
}

function writing(operatorKey: string, { id, key }: { readonly id: string; readonly key: string }): AskedClaim {
  return { claim: `${id} may write projects`, ways: waysToAskForWriting(operatorKey, key) }
}

function sender(key: string, [method, path, body]: Request, headers: Readonly<Record<string, string>> = {}) {
  return (url: string) => call(url, method, path, { key, headers, ...(body !== undefined && { body }) })
}
