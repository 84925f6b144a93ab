import { builtInContract, type Contract } from '@mintmark/core'
import { createEmbeddedEngine, createTestClock, type EmbeddedEngine, type EmbeddedOptions } from './embedded-engine.ts'
import { startLane, type LaneServer } from './lane-server.ts'

export const contract: Contract = {
  ...builtInContract,
  permissions: ['sites:read', 'sites:write'],
  tiers: { standard: { limit: 5, windowSeconds: 60 } },
}

export type Scene = EmbeddedEngine & {
  readonly lane: LaneServer
  readonly operator: string
  readonly operatorId: string
  readonly onlyVerify: string
  readonly key: string
  readonly keyId: string
}

/** What a test has opened; it closes them when it ends. */
export type Open = { close(): Promise<void> }[]

/** An engine with an organization, two operator keys and a key of five requests a minute, behind the lane. */
export async function openScene(open: Open, options: Partial<EmbeddedOptions> = {}): Promise<Scene> {
  const embedded = await createEmbeddedEngine({ contract, clock: createTestClock(), ...options })
  const { engine, host } = embedded
  const organization = await engine.organizations.create(host, { id: 'acme', name: 'Acme' }, null)
  const operator = await engine.operatorKeys.create(host, { name: 'backend' }, null)
  const onlyVerify = await engine.operatorKeys.create(host, { name: 'edge', only: 'verify' }, null)
  const caller = { ...host, organizationId: organization.value.id }
  const minted = await engine.keys.mint(caller, { name: 'Zoë ✓', owner: 'organization', role: 'member' })
  const lane = await startLane(engine, contract)
  open.push(lane, embedded)
  return {
    ...embedded,
    lane,
    operator: operator.value.key ?? '',
    operatorId: operator.value.id,
    onlyVerify: onlyVerify.value.key ?? '',
    key: minted.value.key ?? '',
    keyId: minted.value.id,
  }
}

export type Sent = {
  readonly credential?: string | null
  readonly type?: string | null
  readonly headers?: Record<string, string>
}

/** `POST /v1/verify` as the operator. */
export async function post(to: Scene, body: unknown, sent: Sent = {}): Promise<Response> {
  const { credential = to.operator, type = 'application/json', headers = {} } = sent
  return fetch(`http://127.0.0.1:${to.lane.port}/v1/verify`, {
    method: 'POST',
    headers: {
      ...(credential !== null && { Authorization: `Bearer ${credential}` }),
      ...(type !== null && { 'Content-Type': type }),
      ...headers,
    },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  })
}

/** Status and reason of an answer that must be a problem. */
export async function reasonOf(answer: Response): Promise<[number, string]> {
  const type = answer.headers.get('content-type')
  if (type !== 'application/problem+json; charset=utf-8') throw new Error(`No problem: ${type}`)
  const problem = (await answer.json()) as { reason: string; status: number; requestId: string }
  if (problem.status !== answer.status || problem.requestId !== answer.headers.get('x-request-id')) {
    throw new Error(`Body and head differ: ${JSON.stringify(problem)}`)
  }
  return [answer.status, problem.reason]
}

/** What is left of the window of the scene's key. */
export function remaining(to: Scene): number {
  return to.windows.spend(to.keyId, { limit: 5, windowMs: 60_000 }, 0).remaining
}
