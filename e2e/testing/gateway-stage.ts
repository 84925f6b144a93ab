import type { ErrorDialect } from '@mintmark/core'
import { freePort } from '../../packages/server/src/testing/free-port.ts'
import { expectCall, type Answer } from './client.ts'
import { contractEnv } from './contract-file.ts'
import { startEchoBackend, type Echo, type EchoBackend } from './echo-backend.ts'
import type { Behind, Gateway } from './gateway.ts'
import { createOrganization, startEmbedded, type Installation } from './installation.ts'
import { plainRequest, type PlainAnswer, type PlainRequest } from './plain-request.ts'

export type StagedKey = { readonly id: string; readonly key: string }

/** A Mintmark, a service, and the gateway between the service and its clients. */
export type GatewayStage = {
  readonly gateway: Gateway
  readonly backend: EchoBackend
  readonly installation: Installation
  readonly organizationId: string
  /** Through the gateway, by a credential in `X-API-Key`. */
  ask(request: PlainRequest & { readonly key?: string }): Promise<PlainAnswer>
  /** What reached the service, by the answer to a request that was accepted. */
  accepted(request: PlainRequest & { readonly key?: string }): Promise<{ answer: PlainAnswer; echo: Echo }>
  mint(input?: Readonly<Record<string, unknown>>): Promise<StagedKey>
  /** As the operator, in the organization. Throws unless the status is the one expected. */
  operate(status: number, method: string, path: string, body?: unknown): Promise<Answer['body']>
  remove(): Promise<void>
}

/** What the pages' examples are about. */
export function gatewayContract(errors: ErrorDialect): object {
  return {
    name: 'Example',
    errors,
    permissions: ['sites:read', 'sites:write'],
    roles: { admin: ['*'], viewer: ['sites:read'] },
    tiers: { standard: { limit: 1_000, windowSeconds: 60 } },
    defaultTier: 'standard',
  }
}

export async function setGatewayStage(
  start: (behind: Behind) => Promise<Gateway>,
  errors: ErrorDialect,
): Promise<GatewayStage> {
  const installation = await startEmbedded({
    env: {
      ...contractEnv(gatewayContract(errors)),
      MINTMARK_TRUSTED_PROXIES: '127.0.0.1',
      MINTMARK_PORT: `${await freePort()}`,
    },
  })
  const backend = await startEchoBackend()
  const organization = await createOrganization(installation)
  const { operatorKey } = installation
  const gateway = await start({ mintmarkUrl: installation.url, backendPort: backend.port })
  const ask: GatewayStage['ask'] = ({ key, headers, ...request }) =>
    plainRequest(gateway.url, { ...request, headers: { ...(key !== undefined && { 'X-API-Key': key }), ...headers } })
  const operate: GatewayStage['operate'] = (status, method, path, body) =>
    expectCall(status, installation.url, method, path, { key: operatorKey, headers: organization.acting(), body })
  return {
    gateway,
    backend,
    installation,
    organizationId: organization.id,
    ask,
    operate,
    async accepted(request) {
      const answer = await ask(request)
      if (answer.status !== 200) throw new Error(`${request.target}: ${answer.status} ${answer.text}`)
      const echo: Echo = JSON.parse(answer.text)
      return { answer, echo }
    },
    async mint(input = {}) {
      const policy = { name: 'k', owner: 'organization', role: 'admin', ...input }
      const { id, key } = await operate(201, 'POST', '/v1/api-keys', policy)
      return { id, key }
    },
    async remove() {
      await gateway.remove()
      await backend.close()
      await installation.remove()
    },
  }
}
