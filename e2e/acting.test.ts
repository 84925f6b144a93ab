import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settle, type Household } from './testing/cast.ts'
import { expectCall } from './testing/client.ts'
import { startEmbedded, type Installation } from './testing/installation.ts'
import { callRaw, reasonOf, requestText } from './testing/raw-http.ts'

let installation: Installation
let home: Household
let away: Household

beforeAll(async () => {
  installation = await startEmbedded()
  home = await settle(installation)
  away = await settle(installation)
})

afterAll(() => installation.remove())

const organization = (id: string): string => `Mintmark-Organization: ${id}`
const user = (id: string): string => `Mintmark-User: ${id}`
const admin = (): string => home.userIds['admin'] ?? ''

/** The reason of the answer, or 'accepted'. */
async function ask(target: string, key: string, headers: readonly string[]): Promise<string> {
  const bytes = requestText(target, [`Authorization: Bearer ${key}`, ...headers])
  return reasonOf(await callRaw(installation.url, bytes, key)) ?? 'accepted'
}

describe('an operator key that acts', () => {
  test.each<[string, () => readonly string[], string]>([
    ['in an organization', () => [organization(home.id)], 'accepted'],
    ['for a member there', () => [organization(home.id), user(admin())], 'accepted'],
    ['in the other order', () => [user(admin()), organization(home.id)], 'accepted'],
    ['in none', () => [], 'invalid_request'],
    ['for a member of no organization', () => [user(admin())], 'invalid_request'],
    ['for a member of an empty one', () => [organization(''), user(admin())], 'invalid_request'],
    ['for nobody', () => [organization(home.id), user('')], 'invalid_request'],
    ['in the same organization twice', () => [organization(home.id), organization(home.id)], 'invalid_request'],
    ['in two', () => [organization(home.id), organization(away.id)], 'invalid_request'],
    ['for two', () => [organization(home.id), user(admin()), user(admin())], 'invalid_request'],
    ['in one and another in the same line', () => [organization(`${home.id}, ${away.id}`)], 'invalid_request'],
    ['in one whose id cannot be one', () => [organization('../x')], 'invalid_request'],
    ['for one whose id cannot be one', () => [organization(home.id), user('x y')], 'invalid_request'],
    ['in one with an id too long', () => [organization('x'.repeat(65))], 'invalid_request'],
    ['in one that is not there', () => [organization('nowhere')], 'not_found'],
    ['in one of another case', () => [organization(home.id.toUpperCase())], 'not_found'],
    ['in every organization', () => [organization('every-organization')], 'not_found'],
    ['in the installation', () => [organization('installation')], 'not_found'],
    ['for one who is not there', () => [organization(home.id), user('nobody')], 'not_found'],
    ['for a member of another', () => [organization(home.id), user(away.userIds['admin'] ?? '')], 'not_found'],
    ['for a prototype', () => [organization(home.id), user('__proto__')], 'not_found'],
  ])('%s', async (_, headers, outcome) => {
    expect(await ask('GET /v1/api-keys', installation.operatorKey, headers())).toBe(outcome)
  })

  test('has the rights of the member and no more', async () => {
    const headers = [organization(home.id), user(home.userIds['member'] ?? '')]
    const key = installation.operatorKey
    expect(await ask('GET /v1/projects', key, headers)).toBe('accepted')
    expect(await ask('POST /v1/projects', key, headers)).toBe('forbidden')
    expect(await ask('GET /v1/organizations', key, headers)).toBe('forbidden')
    expect(await ask('GET /v1/operator-keys', key, headers)).toBe('forbidden')
  })

  test('for a suspended member has none', async () => {
    const { url, operatorKey: key } = installation
    const path = `/v1/organizations/${away.id}/members/${away.userIds['engineer']}`
    await expectCall(200, url, 'PUT', path, { key, body: { role: 'engineer', status: 'suspended' } })
    const headers = [organization(away.id), user(away.userIds['engineer'] ?? '')]
    expect(await ask('GET /v1/projects', key, headers)).toBe('owner_suspended')
  })

  test('and can only verify does not act', async () => {
    const { url, operatorKey } = installation
    const body = { name: 'verifier', only: 'verify' }
    const { key } = await expectCall(201, url, 'POST', '/v1/operator-keys', { key: operatorKey, body })
    expect(await ask('GET /v1/projects', key, [organization(home.id)])).toBe('forbidden')
    expect(await ask('GET /v1/projects', key, [organization('nowhere')])).toBe('forbidden')
    expect(await ask('GET /v1/me', key, [])).toBe('forbidden')
  })
})

describe.each<[string, () => string]>([
  ['a key', () => home.key.key],
  ['a session', () => home.session],
])('%s does not act', (_, credential) => {
  test.each<[string, () => readonly string[]]>([
    ['in its own organization', () => [organization(home.id)]],
    ['in another', () => [organization(away.id)]],
    ['for its own member', () => [organization(home.id), user(admin())]],
    ['for a member of no organization', () => [user(admin())]],
    ['in one that is not there', () => [organization('nowhere')]],
    ['in an empty one', () => [organization('')]],
  ])('%s', async (_name, headers) => {
    for (const target of ['GET /v1/me', 'GET /v1/projects', 'GET /v1/forward-auth']) {
      expect(await ask(target, credential(), headers())).toBe('invalid_request')
    }
  })
})
