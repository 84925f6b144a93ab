import { randomBytes } from 'node:crypto'
import { builtInContract } from '@mintmark/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeWithOwnServers } from '../packages/server/src/testing/servers.ts'
import { openWebhookReceiver, type WebhookReceiver } from '../packages/server/src/testing/webhook-receiver.ts'
import { clusterStage, embeddedStage, type Stage } from './testing/canary-stage.ts'
import { createSession, mintKey } from './testing/cast.ts'
import { call, expectCall } from './testing/client.ts'
import { contractEnv } from './testing/contract-file.ts'
import { doomedLimit, leaveTraces, type DoomedKey } from './testing/doomed-key.ts'
import { createOrganization } from './testing/installation.ts'
import { Needles, type Canary } from './testing/needles.ts'
import { count } from '../packages/server/src/testing/scale.ts'
import type { Sink } from './testing/sinks.ts'

const { minting } = builtInContract
const env = {
  ...contractEnv({ name: 'Deleting', minting: { ...minting, keysManageKeys: true } }),
  MINTMARK_WEBHOOK_ALLOW_NETWORKS: '127.0.0.0/8',
}
/** Its log is as chatty as it comes; what is checkpointed is not kept for later. */
const settings = { wal_recycle: 'off' }
const projectId = 'shop'
const timeout = 900_000

describe('on SQLite', () => {
  deletedIsGone(() => embeddedStage(env))
})

describeWithOwnServers('on PostgreSQL and Redis, two nodes', () => {
  deletedIsGone(() => clusterStage(env, settings))
})

type Organization = Awaited<ReturnType<typeof createOrganization>>

/** A way for a key to be deleted, in an organization of its own. */
type Way = {
  readonly traces?: { readonly isOfProject?: true; readonly isSpent?: true; readonly isRevoked?: true }
  /** What has to happen before. */
  readonly before?: (place: Place) => Promise<void>
  /** Whose credential deletes it; default: the operator's. */
  readonly by?: (place: Place) => Promise<string>
}

type Place = { readonly organization: Organization; readonly ownerId: string; readonly doomed: DoomedKey }

function deletedIsGone(start: () => Promise<Stage>): void {
  let stage: Stage
  let receiver: WebhookReceiver
  /** By the way in which it goes. */
  const doomed = new Map<string, readonly Canary[]>()
  const deletions: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    stage = await start()
    receiver = await openWebhookReceiver()
    // It throws back at us what it is told of keys.
    receiver.answerWith(({ body }, response) => {
      response.writeHead(body.includes('"api_key.') ? 400 : 200).end(body)
      return null
    })
  }, timeout)
  afterAll(async () => {
    await receiver.close()
    await stage.remove()
  })

  const asOperator = (headers: Readonly<Record<string, string>> = {}) => ({
    key: stage.installation.operatorKey,
    headers,
  })
  const url = () => stage.installation.url

  /** An organization that tells of everything, with a project. */
  async function settle(): Promise<{ readonly organization: Organization; readonly ownerId: string }> {
    const rateLimit = { limit: doomedLimit, windowSeconds: 3_600 }
    const organization = await createOrganization(stage.installation, { roles: ['admin'], rateLimit })
    const as = asOperator(organization.acting())
    const webhook = { url: receiver.url, events: ['*'] }
    await expectCall(201, url(), 'POST', '/v1/webhooks', { ...as, body: webhook })
    await expectCall(201, url(), 'POST', '/v1/projects', { ...as, body: { id: projectId, name: 'Shop' } })
    return { organization, ownerId: organization.userIds['admin'] ?? '' }
  }

  async function doom({ organization, ownerId }: Omit<Place, 'doomed'>, traces: Way['traces']): Promise<DoomedKey> {
    const { installation } = stage
    const headers = organization.acting(ownerId)
    return leaveTraces({ installation, headers, projectId, isOfProject: traces?.isOfProject === true, ...traces })
  }

  const removeOwner = (keys: string) => async (place: Place) => {
    const member = `/v1/organizations/${place.organization.id}/members/${place.ownerId}`
    await expectCall(204, url(), 'DELETE', `${member}?keys=${keys}`, asOperator())
  }
  const ways: Readonly<Record<string, Way>> = {
    'by the operator, after its limit was reached': { traces: { isSpent: true } },
    'by the operator, after it was revoked': { traces: { isRevoked: true } },
    'by its owner': { by: ({ organization, ownerId }) => createSession(stage.installation, organization.id, ownerId) },
    'by itself': { by: async ({ doomed: { key } }) => key },
    'by another key': {
      async by({ organization, ownerId }) {
        return (await mintKey(stage.installation, organization.acting(ownerId))).key
      },
    },
    'after its owner was removed, and it was revoked': { before: removeOwner('revoke') },
    'after its owner was removed, and the organization had it': { before: removeOwner('organization') },
    'after its project was deleted': {
      traces: { isOfProject: true },
      async before({ organization }) {
        await expectCall(204, url(), 'DELETE', `/v1/projects/${projectId}`, asOperator(organization.acting()))
      },
    },
  }

  async function prepare({ traces, before, by }: Way): Promise<readonly Canary[]> {
    const home = await settle()
    const place = { ...home, doomed: await doom(home, traces) }
    deletions.push(async () => {
      await before?.(place)
      const as = by === undefined ? asOperator(place.organization.acting()) : { key: await by(place) }
      await expectCall(204, url(), 'DELETE', place.doomed.path, as)
    })
    return place.doomed.canaries
  }

  /** Everything goes: its members, projects and webhooks too. */
  async function prepareOrganization(): Promise<readonly Canary[]> {
    const home = await settle()
    const path = `/v1/organizations/${home.organization.id}`
    const [name, project, member, hook] = Array.from({ length: 4 }, () => randomBytes(10).toString('hex'))
    const as = asOperator(home.organization.acting())
    await expectCall(200, url(), 'PATCH', path, { ...asOperator(), body: { name } })
    await expectCall(201, url(), 'POST', '/v1/projects', { ...as, body: { name: project } })
    const body = { role: 'member', email: `${member}@example.test` }
    await expectCall(200, url(), 'PUT', `${path}/members/bob`, { ...asOperator(), body })
    const webhook = { url: `${receiver.url}/${hook}`, events: ['project.*'] }
    await expectCall(201, url(), 'POST', '/v1/webhooks', { ...as, body: webhook })
    const keys = [await doom(home, { isSpent: true }), await doom(home, {})]
    deletions.push(async () => expectCall(204, url(), 'DELETE', path, asOperator()))
    const texts = Object.entries({ name, project, member, hook }).map(([what, text = '']) => ({ name: what, text }))
    return [...texts, ...keys.flatMap(({ canaries }) => canaries)]
  }

  /** Usage, last use and windows are written; SQLite’s windows into a table. */
  async function restart(): Promise<void> {
    const { nodes } = stage.installation
    for (const node of nodes) expect(await node.stop()).toBe(0)
    await Promise.all(nodes.map((node) => node.start()))
  }

  async function found(places: readonly Sink[]): Promise<readonly string[]> {
    const all = [...doomed].flatMap(([way, canaries]) =>
      canaries.map(({ name, text }) => ({ name: `${way}: ${name}`, text })),
    )
    const needles = new Needles(all)
    const hits = places.flatMap(({ name, bytes }) =>
      needles.findIn(bytes).map(({ canary, form, at }) => {
        const around = bytes.subarray(Math.max(0, at - 60), at + 60).toString('latin1')
        return `${canary} (${form} in ${name}): ${JSON.stringify(around)}`
      }),
    )
    return [...new Set(hits)]
  }

  test('keys leave traces everywhere', { timeout }, async () => {
    for (let turn = 0; turn < count(1, 5); turn += 1) {
      for (const [name, way] of Object.entries(ways)) doomed.set(`${name}, ${turn}`, await prepare(way))
      doomed.set(`with its organization, ${turn}`, await prepareOrganization())
    }
    const toldOf = () => receiver.received.filter(({ body }) => body.includes('"api_key.created"')).length
    await expect.poll(toldOf, { timeout: 60_000 }).toBeGreaterThanOrEqual(doomed.size)
    await restart()
    const before = await stage.tables()
    const traces = await found(before)
    const missing = [...doomed].flatMap(([way, canaries]) =>
      canaries
        .map(({ name }) => `${way}: ${name} (`)
        .filter((beginning) => !traces.some((trace) => trace.startsWith(beginning))),
    )
    expect(missing).toEqual([])
  })

  test(
    'deleted by whomever, in whatever way, they leave none: in no row, index, file, log, dump or memory',
    {
      timeout,
    },
    async () => {
      for (const end of deletions) await end()
      await restart()
      await stage.vacuum()
      expect(await found(await stage.sinks())).toEqual([])
    },
  )

  test('what they did is still told, and every chain is whole', async () => {
    const { body: organizations } = await call(url(), 'GET', '/v1/organizations?limit=100', asOperator())
    expect(organizations.data.length).toBe(Object.keys(ways).length * count(1, 5))
    for (const { id } of organizations.data) {
      const as = asOperator({ 'mintmark-organization': id })
      expect(await expectCall(200, url(), 'POST', '/v1/audit-events/check', { ...as, body: {} })).toMatchObject({
        whole: true,
      })
      const { data } = await expectCall(200, url(), 'GET', '/v1/audit-events?action=project.updated', as)
      expect(data).toMatchObject([{ actor: { type: 'key' }, ip: null, changes: { name: { after: 'renamed' } } }])
    }
    const chain = await expectCall(200, url(), 'POST', '/v1/audit-events/check', { ...asOperator(), body: {} })
    expect(chain).toMatchObject({ whole: true })
  })
}
