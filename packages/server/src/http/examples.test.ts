import { beforeAll, describe, expect, test } from 'vitest'
import { madeUp } from './openapi/examples.ts'
import { expectStatus, type Client } from '../testing/http-client.ts'
import { openingInProcess, type InProcess } from '../testing/in-process.ts'
import { listOf, OpenApiDocument, partOf, type DocumentedOperation, type Part } from '../testing/openapi-document.ts'

const contract = { name: 'Example', keys: { legacy: [{ pattern: '^old_[0-9a-f]{32}$', hash: 'sha256-hex' }] } }

/** What the examples speak of: an organization with two members, a project, a key with two secrets, a webhook. */
type Scene = {
  readonly clients: Readonly<Record<'operator' | 'inside' | 'ada' | 'session' | 'key', Client>>
  /** What is there in the place of what the examples make up. */
  readonly there: ReadonlyMap<string, string>
}

async function openScene(open: () => Promise<InProcess>): Promise<Scene> {
  const mintmark = await open()
  const { operator } = mintmark
  const acme = await mintmark.organization({ id: 'acme', roles: [] })
  await acme.addMember('ada', 'admin')
  await acme.addMember('grace', 'engineer')
  await acme.addProject('web')
  const key = await acme.mint({ name: 'Nightly deploy' }, 'ada')
  const rotated = expectStatus(201, await acme.as('ada').post(`${key.path}/rotate`, {}))
  const webhook = expectStatus(
    201,
    await acme.operator.post('/v1/webhooks', { url: 'https://hooks.invalid/', events: ['*'] }),
  )
  const delivery = expectStatus(201, await acme.operator.post(`/v1/webhooks/${webhook.id}/test`))
  const invitation = expectStatus(
    201,
    await acme.operator.post('/v1/users/invite', { email: 'x@example.com', role: 'member' }),
  )
  const elsewhere = await mintmark.organization({ roles: [] })
  const invited = expectStatus(
    201,
    await elsewhere.operator.post('/v1/users/invite', { email: 'y@example.com', role: 'member' }),
  )
  const operatorKey = expectStatus(201, await operator.post('/v1/operator-keys', { name: 'other' }))
  const session = mintmark.client(await acme.session('ada'))
  const there = new Map<string, string>([
    [madeUp.key, key.id],
    [madeUp.secret, rotated.secrets[0].id],
    [madeUp.operatorKey, operatorKey.id],
    [madeUp.webhook, webhook.id],
    [madeUp.delivery, delivery.id],
    [madeUp.invitation, invitation.id],
    [madeUp.invitationToken, invited.token],
    [madeUp.plaintext, rotated.key],
  ])
  const clients = { operator, inside: acme.operator, ada: acme.as('ada'), session, key: mintmark.client(rotated.key) }
  return { clients, there }
}

/** Whoever the document says may call. */
function callerOf({ part, path }: DocumentedOperation): keyof Scene['clients'] {
  const description = String(part['description'])
  if (path === '/v1/forward-auth') return 'key'
  if (description.includes('For session tokens')) return 'session'
  if (description.includes('that say in which organization')) return 'inside'
  return /For operator keys|Needs no credential|For any credential/.test(description) && path !== '/graphql'
    ? 'operator'
    : 'ada'
}

/** The request that the document gives as an example, of what is there. */
function requestOf(
  { path, part }: DocumentedOperation,
  there: Scene['there'],
): { readonly path: string; readonly body: unknown } {
  const parameters = listOf(part['parameters'])
    .map(partOf)
    .filter((parameter) => 'example' in parameter)
  const of = (place: string): readonly Part[] => parameters.filter((parameter) => parameter['in'] === place)
  const inPath = of('path').reduce(
    (text, { name, example }) => text.replace(`{${String(name)}}`, String(example)),
    path,
  )
  const query = new URLSearchParams(
    of('query').map(({ name, example }): [string, string] => [String(name), String(example)]),
  )
  const content = partOf(partOf(partOf(part['requestBody'])['content'])['application/json'])
  const text = JSON.stringify({
    path: `${inPath}${query.size > 0 ? `?${query.toString()}` : ''}`,
    body: content['example'],
  })
  return JSON.parse([...there].reduce((written, [made, real]) => written.replaceAll(made, real), text))
}

describe('every operation of the document', () => {
  const open = openingInProcess()
  let operations: readonly DocumentedOperation[]

  beforeAll(async () => {
    operations = (await OpenApiDocument.of((await open({ contract })).url)).operations
  })

  test('has a summary, its reasons, and an example where it takes anything', () => {
    expect(operations.length).toBeGreaterThan(70)
    for (const { operationId, part } of operations) {
      expect(String(part['summary']), operationId).not.toBe('')
      const errors = Object.entries(partOf(part['responses'])).filter(([status]) => status >= '400')
      expect(errors.length, operationId).toBeGreaterThan(2)
      for (const parameter of listOf(part['parameters']).map(partOf)) {
        if (parameter['in'] === 'path') expect(parameter['example'], operationId).toBeTypeOf('string')
      }
      const body = partOf(partOf(partOf(part['requestBody'])['content'])['application/json'])
      if (part['requestBody'] !== undefined) expect(body, operationId).toHaveProperty('example')
    }
  })

  test('does what its example asks for', async () => {
    const outcomes: unknown[] = []
    // Who only reads may do it where others have read.
    const shared = await openScene(() => open({ contract }))
    for (const operation of operations) {
      // Node's fetch sends no TRACE.
      if (operation.method === 'trace') continue
      const reads = ['get', 'head', 'options'].includes(operation.method)
      const { clients, there } = reads ? shared : await openScene(() => open({ contract }))
      const { path, body } = requestOf(operation, there)
      const answer = await clients[callerOf(operation)].send(operation.method.toUpperCase(), path, body)
      const declared = Object.keys(partOf(operation.part['responses'])).filter((status) => status < '300')
      const isDone = declared.includes(String(answer.status)) && !Array.isArray(answer.body?.errors)
      if (!isDone) outcomes.push([operation.operationId, answer.status, answer.text])
    }
    expect(outcomes).toEqual([])
  }, 120_000)
})
