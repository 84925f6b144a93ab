import { fromRawHeaders, type ForwardedCall, type Mintmark } from '@mintmark/sdk'
import { Router, type Request, type Response } from 'express'

/** Keys are made and ended by people, with their session tokens. Mintmark itself judges who may what. */
export function createApiKeyRoutes(client: Mintmark): Router {
  const routes = Router()
  const forwarded = (method: ForwardedCall['method'], pathFor: (request: Request) => string) => {
    return async (request: Request, response: Response): Promise<void> => {
      const answer = await client.forward(fromRawHeaders(request.rawHeaders), {
        method,
        path: pathFor(request),
        ...(method === 'POST' && { body: (request.body as unknown) ?? {} }),
        idempotencyKey: request.get('idempotency-key') ?? null,
      })
      response
        .status(answer.status)
        .setHeaders(answer.headers)
        .end(await answer.text())
    }
  }
  const one = ({ params: { id = '' } }: Request): string => `/v1/api-keys/${encodeURIComponent(id.toString())}`
  routes.get(
    '/me',
    forwarded('GET', () => '/v1/me'),
  )
  routes.get(
    '/integrations/api-keys',
    forwarded('GET', ({ url }) => `/v1/api-keys${new URL(url, 'http://x').search}`),
  )
  routes.post(
    '/integrations/api-keys',
    forwarded('POST', () => '/v1/api-keys'),
  )
  routes.get('/integrations/api-keys/:id', forwarded('GET', one))
  routes.post(
    '/integrations/api-keys/:id/rotate',
    forwarded('POST', (request) => `${one(request)}/rotate`),
  )
  routes.post(
    '/integrations/api-keys/:id/revoke',
    forwarded('POST', (request) => `${one(request)}/revoke`),
  )
  routes.delete('/integrations/api-keys/:id', forwarded('DELETE', one))
  return routes
}
