import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Operation } from '../../engine/policy.ts'
import { notFound } from '../../engine/refused.ts'
import { safetyHeaders } from '../openapi/headers.ts'
import { assets, type Asset } from '../pages/assets.ts'
import { createPage, type Page } from '../pages/page.ts'
import { addPublicRoute, type PublicAnswer } from '../public-route.ts'

const reference = createPage({
  title: 'Mintmark: API reference',
  root: 'reference',
  styles: [],
  scripts: ['reference.js', 'reference-start.js'],
})
const graphiql = createPage({
  title: 'Mintmark: GraphQL',
  root: 'graphiql',
  styles: ['graphiql.css'],
  scripts: ['graphiql.js', 'graphiql-start.js'],
})

/** Pages for a person with a browser. They hold nothing secret: whoever opens one pastes in a credential of his own. */
export function addPageRoutes(app: FastifyInstance): void {
  addPage(app, 'getReference', '/reference', 'The API reference, to read and to try out', reference)
  addPage(app, 'getGraphiql', '/graphql', 'A page to ask GraphQL from', graphiql)
  addAssets(app)
}

function addPage(app: FastifyInstance, operation: Operation, path: string, summary: string, page: Page): void {
  addPublicRoute(app, {
    operation,
    path,
    summary,
    answers: [
      {
        status: 200,
        description: 'The page. It loads nothing from anywhere else.',
        schema: Type.String(),
        mediaTypes: ['text/html'],
        headers: ['X-Request-Id', ...safetyHeaders, 'Content-Security-Policy'],
      },
    ],
    handle: async () => ({
      status: 200,
      value: page.html,
      headers: {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': page.contentSecurityPolicy,
      },
    }),
  })
}

function addAssets(app: FastifyInstance): void {
  const loaded = new Map<string, Promise<Buffer>>()
  const read = (name: string, asset: Asset): Promise<Buffer> => {
    const loading = asset.load().then((text) => Buffer.from(text))
    loaded.set(name, loading)
    loading.catch(() => loaded.delete(name))
    return loading
  }
  addPublicRoute(app, {
    operation: 'getAsset',
    path: '/assets/:name',
    summary: 'What the pages load',
    answers: [
      {
        status: 200,
        description: 'A script or a style sheet.',
        schema: Type.String(),
        mediaTypes: ['text/javascript', 'text/css'],
      },
    ],
    reasons: ['not_found'],
    async handle({ name = '' }): Promise<PublicAnswer> {
      const asset = Object.hasOwn(assets, name) ? assets[name] : undefined
      if (asset === undefined) throw notFound()
      const loading = loaded.get(name) ?? read(name, asset)
      return { status: 200, value: await loading, headers: { 'Content-Type': `${asset.type}; charset=utf-8` } }
    },
  })
}
