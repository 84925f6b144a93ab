import type { IncomingMessage, ServerResponse } from 'node:http'
import type { OpenStores } from './open-stores.ts'

/** Traces of requests, where the operator wants them. Spans name routes and stores, never what was in a request. */
export type Tracing = {
  /** Answers a request within a span of its own, which ends with the answer. */
  serve(request: IncomingMessage, response: ServerResponse, answer: () => void): void
  /** Says which route it is: `/v1/api-keys/:id`; null: none. */
  route(request: IncomingMessage, route: string | null): void
  /** The same ids, each noted on the span of its request. */
  requestIds(create: () => string): () => string
  /** The same stores, with a span for each call on behalf of a request. When they close, what waits is sent. */
  stores(stores: OpenStores): OpenStores
}

export type TracingOptions = {
  /** Where OTLP over HTTP is taken: `http://collector:4318/v1/traces`. */
  readonly url: string
  readonly version: string
  readonly onWarning: (message: string) => void
}
