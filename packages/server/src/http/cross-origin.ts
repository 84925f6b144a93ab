import type { FastifyInstance } from 'fastify'

const methods = 'GET, POST, PUT, PATCH, DELETE'
/** What a page may send besides what every page may. Acting headers are an operator's, whose keys are in no page. */
const requestHeaders = 'Authorization, X-API-Key, Content-Type, Idempotency-Key'
/** What a page may read besides what every page may. */
const answerHeaders = [
  'X-Request-Id',
  'Retry-After',
  'Idempotent-Replayed',
  'WWW-Authenticate',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'RateLimit',
  'RateLimit-Policy',
].join(', ')
/** As long as Chromium keeps a preflight's answer at most. */
const preflightSeconds = '7200'

/**
 * Lets the pages of these origins, and of no others, call `/v1/*` (the Fetch standard's CORS protocol): for pages that
 * are part of another product. Cookies are never allowed: the interface knows none.
 *
 * @param origins as browsers write them: `https://app.example.com`
 */
export function allowOrigins(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return
  const allowed = new Set(origins)
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/v1/')) return
    const { origin, 'access-control-request-method': asked } = request.headers
    // Nothing of this is stored anywhere (`no-store`): who asks without an origin need not be told of it.
    if (origin === undefined) return
    void reply.header('Vary', 'Origin')
    if (!allowed.has(origin)) return
    void reply.header('Access-Control-Allow-Origin', origin)
    if (request.method !== 'OPTIONS' || asked === undefined) {
      void reply.header('Access-Control-Expose-Headers', answerHeaders)
      return
    }
    return reply
      .code(204)
      .headers({
        'Access-Control-Allow-Methods': methods,
        'Access-Control-Allow-Headers': requestHeaders,
        'Access-Control-Max-Age': preflightSeconds,
      })
      .send()
  })
}
