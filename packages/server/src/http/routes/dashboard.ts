import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Contract } from '@mintmark/core'
import { pagePolicy } from '../../engine/policy.ts'
import { notFound } from '../../engine/refused.ts'
import type { Dashboard } from '../pages/dashboard.ts'

type DashboardParts = {
  readonly dashboard: Dashboard | null
  readonly contract: Contract
  readonly createNonce: () => string
}

/** Where the dashboard has pages (packages/dashboard/src/pages), besides the keys' page, whose path is the contract's. */
const pagePaths = [
  '/',
  '/sign-in',
  '/set-up',
  '/accept-invitation',
  '/forgot-password',
  '/reset-password',
  '/device',
  '/settings',
  '/settings/*',
  '/operator',
  '/operator/*',
]

/** Files have the hash of what is in them in their names. */
const keptForever = 'public, max-age=31536000, immutable'

/** No operations of the interface: openapi.json does not tell of them. */
export function addDashboardRoutes(app: FastifyInstance, parts: DashboardParts): void {
  const { dashboard, contract, createNonce } = parts
  if (dashboard === null) return
  const sendPage = (reply: FastifyReply): FastifyReply => {
    const { html, contentSecurityPolicy } = dashboard.page(createNonce())
    return reply
      .headers({
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': contentSecurityPolicy,
        'Cross-Origin-Opener-Policy': 'same-origin',
        'X-Frame-Options': 'DENY',
      })
      .send(html)
  }
  for (const url of pathsOf(contract.ui.keysPath)) {
    app.get(url, { config: { policy: pagePolicy } }, async (_, reply) => sendPage(reply))
  }
  app.setNotFoundHandler(async (_, reply) => sendPage(reply.code(404)))
  app.get<{ Params: { name: string } }>(
    '/files/:name',
    { config: { policy: pagePolicy } },
    async ({ params, headers: { 'accept-encoding': accepted = '' } }, reply) => {
      const file = await dashboard.file(params.name, accepted)
      if (file === null) throw notFound()
      const { type, encoding, body } = file
      return reply
        .headers({ 'Content-Type': type, 'Cache-Control': keptForever, Vary: 'Accept-Encoding' })
        .headers(encoding === null ? {} : { 'Content-Encoding': encoding })
        .send(body)
    },
  )
}

function pathsOf(keysPath: string): ReadonlySet<string> {
  return new Set([...pagePaths, keysPath, `${keysPath}/*`])
}
