import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type RequestListener } from 'node:http'
import { getConnInfo } from '@hono/node-server/conninfo'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { guard as expressGuard } from '../express.ts'
import { guard as fastifyGuard } from '../fastify.ts'
import { guard as fetchGuard } from '../fetch.ts'
import type { GuardContext } from '../guard/context.ts'
import type { GuardOptions, OnFault } from '../guard/guard.ts'
import { guard as honoGuard, type GuardVariables } from '../hono.ts'

/** What a handler of the applications below answers: which it is, and who it was told calls. */
export type Handled = { readonly handler: string; readonly context: GuardContext }

export type ServedApplication = { readonly url: string; close(): Promise<void> }

/** One framework with its guard, and the same routes as all of them: `GET /files/:id`, in the order in which they are tried. */
export type Framework = {
  readonly name: string
  readonly serve: (
    options: GuardOptions,
    routes: readonly string[],
    failing?: FailingHandler,
  ) => Promise<ServedApplication>
}

/** What the failing route throws, and what the guard that answers it tells of faults. */
export type FailingHandler = { readonly error: () => unknown; readonly onFault: OnFault }

/** The route whose handler throws. */
export const failingRoute = 'GET /fails'

/** As careless of case, slashes and `;` as each can be made: what its router then takes for one path must be one to the guard. */
export const frameworks: readonly Framework[] = [
  { name: 'Express', serve: async (...given) => listening(expressApplication(...given)) },
  { name: 'Fastify', serve: serveFastify },
  { name: 'Hono', serve: async (...given) => listening(honoApplication(...given)) },
  { name: 'fetch', serve: async (...given) => listening(fetchApplication(...given)) },
]

const semicolons = { useSemicolonDelimiter: true }

function answerOf(route: string, context: GuardContext, failing: FailingHandler | undefined): Handled {
  if (route === failingRoute) throw failing === undefined ? new Error('This handler fails.') : failing.error()
  return { handler: route, context }
}

function split(route: string): { readonly method: string; readonly path: string } {
  const [method = '', path = ''] = route.split(' ')
  return { method, path }
}

function expressApplication(
  options: GuardOptions,
  routes: readonly string[],
  failing?: FailingHandler,
): RequestListener {
  const app = express()
  app.set('env', 'test')
  const guarded = expressGuard(options)
  app.use(guarded)
  for (const route of routes) {
    const { method, path } = split(route)
    const handler: express.RequestHandler = (request, response) =>
      void response.json(answerOf(route, request.mintmark, failing))
    app.route(path)[method.toLowerCase() as 'get'](handler)
  }
  if (failing !== undefined) app.use(guarded.answerErrors(failing.onFault))
  return app as RequestListener
}

async function serveFastify(
  options: GuardOptions,
  routes: readonly string[],
  failing?: FailingHandler,
): Promise<ServedApplication> {
  const app = fastify({
    // Its types have forgotten one of them.
    routerOptions: { caseSensitive: false, ignoreDuplicateSlashes: true, ignoreTrailingSlash: true, ...semicolons },
  })
  await app.register(fastifyGuard, options)
  if (failing !== undefined) app.setErrorHandler(app.answerErrors(failing.onFault))
  for (const route of routes) {
    const { method, path } = split(route)
    app.route({ method, url: path, handler: async (request) => answerOf(route, request.mintmark, failing) })
  }
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url, close: () => app.close() }
}

function honoApplication(options: GuardOptions, routes: readonly string[], failing?: FailingHandler): RequestListener {
  const app = new Hono<{ Variables: GuardVariables }>({ strict: false })
  const guarded = honoGuard({ ...options, clientIp: (c) => getConnInfo(c).remote.address ?? null })
  app.use(guarded)
  app.onError(failing === undefined ? (error, c) => c.text(error.message, 500) : guarded.answerErrors(failing.onFault))
  for (const route of routes) {
    const { method, path } = split(route)
    app.on([method], [path], (c) => c.json(answerOf(route, c.var.mintmark, failing)))
  }
  return listenerOf(app.fetch)
}

/** A router by hand, as careless as they come. */
function fetchApplication(options: GuardOptions, routes: readonly string[], failing?: FailingHandler): RequestListener {
  const guarded = fetchGuard({
    ...options,
    clientIp: () => '127.0.0.1',
    ...(failing !== undefined && { onFault: failing.onFault }),
  })
  const handle = guarded(async (request, context) => {
    const wanted = request.method === 'HEAD' ? 'GET' : request.method
    const asked = partsOf(decodeURIComponent(new URL(request.url).pathname))
    const route = routes.find((known) => {
      const { method, path } = split(known)
      const parts = partsOf(path)
      const isSame = (part: string, index: number): boolean => part.startsWith(':') || part === asked[index]
      return method === wanted && parts.length === asked.length && parts.every(isSame)
    })
    try {
      return route === undefined
        ? new Response(null, { status: 404 })
        : Response.json(answerOf(route, context, failing))
    } catch (error) {
      if (failing !== undefined) throw error
      return new Response(null, { status: 500 })
    }
  })
  return listenerOf((request) => handle(request))
}

function listenerOf(handle: (request: Request) => Response | Promise<Response>): RequestListener {
  const listener = getRequestListener(handle, { overrideGlobalObjects: false })
  return (request, response) => void listener(request, response)
}

function partsOf(path: string): readonly string[] {
  const [plain = ''] = path.toLowerCase().split(';')
  return plain.split(/[/\\]+/).filter((part) => part !== '')
}

async function listening(listener: RequestListener): Promise<ServedApplication> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
