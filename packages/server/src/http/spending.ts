import type { FastifyReply, FastifyRequest } from 'fastify'
import { rateLimitHeaders, rateLimitOf, type WindowDecision } from '@mintmark/core'
import type { Settle } from '../engine/authenticate.ts'
import { RefusedError } from '../engine/refused.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** There while a request whose cost shows in its body has not spent. */
    settle: Settle | null
  }
  interface FastifyContextConfig {
    /** What a request costs shows in its body. */
    spendsLater?: true
  }
}

/**
 * Spends what a request costs, where it has not spent yet, and says on the answer what is left.
 * Throws `RefusedError` where the window refuses it.
 */
export async function settle(
  request: FastifyRequest,
  reply: FastifyReply,
  cost: number,
): Promise<WindowDecision | null> {
  const { settle: spend } = request
  if (spend === null) return request.identity?.window ?? null
  request.settle = null
  const { refusal, window } = await spend(cost)
  if (window !== null) setRateLimitHeaders(reply, window)
  if (refusal === null) return window
  throw new RefusedError(refusal, window !== null && !window.admitted ? { retryAfterMs: window.retryAfterMs } : {})
}

export function setRateLimitHeaders(reply: FastifyReply, window: WindowDecision): void {
  const headers = rateLimitHeaders(rateLimitOf(window))
  for (let index = 0; index < headers.length; index += 2) void reply.header(headers[index] ?? '', headers[index + 1])
}
