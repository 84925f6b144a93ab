import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify'
import { createGuard, type Guard, type GuardOptions, type OnFault } from './guard/guard.ts'
import type { GuardContext } from './guard/context.ts'
import { headerPairs } from './guard/header-pairs.ts'
import { fromRawHeaders } from './guard/presented.ts'
import { decode } from './guard/request-path.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls: behind the guard. */
    mintmark: GuardContext
  }
  interface FastifyInstance {
    /**
     * What answers a handler's errors: `app.setErrorHandler(app.answerErrors((error) => app.log.error(error)))`.
     * Refusals, the framework's too, in the contract's dialect; `onFault` is told of all else, which is answered with
     * 500.
     */
    answerErrors(onFault: OnFault): (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply
  }
}

/** No path of a policy, whatever it is. */
const nowhere = '//'

/**
 * `fastify({ ...everyPath })`: a path that cannot be decoded, and a parameter of more than 100 characters, Fastify answers
 * in its own words before any hook runs. With these options they get to the guard as everything does. Where a parameter
 * has an expression of its own, that is then tried on whatever fits into the headers of a request.
 */
export const everyPath = {
  rewriteUrl: ({ url = '/' }) => (decode(url.split('?', 1)[0] ?? '') === null ? nowhere : url),
  // Node's own limit of all headers together.
  routerOptions: { maxParamLength: 16_384 },
} satisfies FastifyServerOptions

/**
 * Fastify: `app.register(guard, { verifier, policy })`. It guards every route of the instance that registers it, and
 * what is no route. The policy's paths are whole, whatever prefix the instance has, without `prefix`.
 */
export const guard: FastifyPluginAsync<GuardOptions> = Object.assign(register, {
  // What `fastify-plugin` does: the hooks are the instance's own, not those of a child that nobody has routes in.
  [Symbol.for('skip-override')]: true,
})

async function register(app: FastifyInstance, options: GuardOptions): Promise<void> {
  const own = createGuard(options)
  if (!app.hasRequestDecorator('mintmark')) app.decorateRequest('mintmark')
  if (!app.hasDecorator('answerErrors')) app.decorate('answerErrors', (onFault: OnFault) => answerErrors(own, onFault))
  app.addHook('onReady', () => own.ready())
  const limits = new WeakMap<FastifyReply, readonly string[]>()
  app.addHook('onRequest', async (request, reply) => {
    const decision = await own.decide({
      method: request.method,
      target: request.raw.url ?? '',
      readCredential: fromRawHeaders(request.raw.rawHeaders),
      clientIp: request.ip,
    })
    if (decision.refusal !== null) {
      const { status, headers, body } = decision.refusal
      setHeaders(reply, headers)
      return reply.code(status).send(body)
    }
    request.mintmark = decision.context
    limits.set(reply, decision.headers)
    return undefined
  })
  app.addHook('onSend', async (_request, reply) => setHeaders(reply, limits.get(reply) ?? []))
}

function answerErrors(own: Guard, onFault: OnFault) {
  return (error: unknown, _request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { answer, isFault } = own.answerError(error)
    if (isFault) onFault(error)
    setHeaders(reply, answer.headers)
    return reply.code(answer.status).send(answer.body)
  }
}

function setHeaders(reply: FastifyReply, headers: readonly string[]): void {
  for (const [name, value] of headerPairs(headers)) void reply.header(name, value)
}
