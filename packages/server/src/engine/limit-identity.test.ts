import { beforeAll, expect, test } from 'vitest'
import { expectStatus } from '../testing/http-client.ts'
import { describeOnBothStorages, type InProcess, type TestOrganization } from '../testing/in-process.ts'

const limit = 40
const asked = 10 * limit

describeOnBothStorages('a limit is the key’s, whatever else of a request differs', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization

  beforeAll(async () => {
    mintmark = await open()
    acme = await mintmark.organization()
    await acme.addProject('web')
  })

  const limited = async () => {
    const minted = await acme.mintOwned('admin', { rateLimit: { limit, windowSeconds: 86_400 } })
    const { key } = expectStatus(201, await acme.operator.post(`${minted.path}/rotate`, {}))
    return { path: minted.path, secrets: [minted.key, key] }
  }
  const permissions = ['projects:read', 'usage:read', 'webhooks:write', 'organization:write']

  test(`${asked} different questions about it: ${limit} are admitted`, async () => {
    const { secrets } = await limited()
    const requests = Array.from({ length: asked }, (_, turn) => ({
      key: secrets[turn % 2],
      permission: turn % 3 === 0 ? { any: permissions.slice(turn % 4) } : permissions[turn % 4],
      clientIp: turn % 2 === 0 ? `192.0.2.${turn % 256}` : `2001:db8::${turn.toString(16)}`,
      ...(turn % 5 === 0 && { environment: turn % 2 === 0 ? 'live' : 'test' }),
      ...(turn % 7 === 0 && { projectId: `p-${turn}` }),
      ...(turn % 11 === 0 && { organizationWide: true }),
    }))
    const reasons: unknown[] = []
    for (let from = 0; from < asked; from += 100) {
      const batch = { requests: requests.slice(from, from + 100) }
      const { results } = expectStatus(200, await mintmark.operator.post('/v1/verify/batch', batch))
      reasons.push(...results.map((verdict: { reason: unknown }) => verdict.reason))
    }
    expect(reasons.filter((reason) => reason === 'rate_limit')).toHaveLength(asked - limit)
  })

  test(`${asked} different requests with it: ${limit} are admitted`, async () => {
    const { path, secrets } = await limited()
    const paths = ['/v1/me', '/v1/projects', '/v1/forward-auth', path, '/v1/nothing', '/v1/search?q=x', '/v1/users']
    const statuses: number[] = []
    for (let turn = 0; turn < asked; turn += 1) {
      const client = mintmark.client(turn % 3 === 0 ? null : (secrets[turn % 2] ?? ''))
      const answer = await client.send(turn % 13 === 0 ? 'POST' : 'GET', paths[turn % paths.length] ?? '', undefined, {
        ...(turn % 3 === 0 && { 'x-api-key': secrets[turn % 2] ?? '' }),
        'x-forwarded-for': `198.51.100.${turn % 256}`,
        'user-agent': `agent/${turn}`,
        'x-request-id': `${turn}`,
        cookie: `session=${turn}`,
      })
      statuses.push(answer.status)
    }
    expect(statuses.filter((status) => status === 429)).toHaveLength(asked - limit)
  })
})
