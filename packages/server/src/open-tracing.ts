import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context, type Span, type Tracer } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  TracerProvider,
  TraceIdRatioBasedSampler,
  type SpanExporter,
} from '@opentelemetry/sdk-trace'
import type { Directory } from './engine/ports/directory.ts'
import type { Storage } from './engine/ports/storage.ts'
import type { WindowStore } from './engine/ports/windows.ts'
import type { OpenStores } from './open-stores.ts'
import type { Tracing, TracingOptions } from './tracing.ts'

const closeWithinMs = 2_000
/** W3C Trace Context section 3.2. */
const traceparent = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/
const lanePaths: ReadonlySet<string> = new Set(['/v1/verify', '/v1/forward-auth'])

/**
 * Traces by OpenTelemetry's SDK, which is loaded with this module alone. The SDK reads its own variables: headers and
 * time-outs of the exporter, sizes of batches, attributes of the resource, OTEL_TRACES_SAMPLER_ARG.
 */
export function openTracing({ url, version, onWarning }: TracingOptions): Tracing {
  const service = resourceFromAttributes({ 'service.name': 'mintmark', 'service.version': version })
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(service)
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: new TraceIdRatioBasedSampler(ratioOf(process.env['OTEL_TRACES_SAMPLER_ARG'])),
    spanProcessors: [new BatchSpanProcessor({ exporter: watch(new OTLPTraceExporter({ url }), onWarning) })],
  })
  const spans = new Spans(provider.getTracer('mintmark', version))
  return {
    serve: (request, response, answer) => spans.serve(request, response, answer),
    route: (request, route) => spans.route(request, route),
    requestIds: (create) => () => {
      const id = create()
      spans.current()?.setAttribute('mintmark.request_id', id)
      return id
    },
    stores: (stores) => ({
      ...traceStores(stores, spans),
      async close() {
        await stores.close()
        await Promise.race([provider.shutdown().catch(() => {}), sleep(closeWithinMs, null, { ref: false })])
      },
    }),
  }
}

/** Every request, unless told otherwise. */
function ratioOf(text: string | undefined): number {
  const ratio = Number(text ?? '1')
  return ratio >= 0 && ratio <= 1 ? ratio : 1
}

/** What cannot be sent is lost, and said once for an outage. */
function watch(exporter: OTLPTraceExporter, onWarning: (message: string) => void): SpanExporter {
  let isFailing = false
  return {
    export(batch, done) {
      exporter.export(batch, (result) => {
        if (result.error !== undefined && !isFailing)
          onWarning('Traces cannot be sent: their collector does not take them')
        isFailing = result.error !== undefined
        done(result)
      })
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  }
}

class Spans {
  readonly #tracer: Tracer
  readonly #current = new AsyncLocalStorage<Span>()
  readonly #routes = new WeakMap<IncomingMessage, string | null>()

  constructor(tracer: Tracer) {
    this.#tracer = tracer
  }

  current(): Span | undefined {
    return this.#current.getStore()
  }

  route(request: IncomingMessage, route: string | null): void {
    this.#routes.set(request, route)
  }

  serve(request: IncomingMessage, response: ServerResponse, answer: () => void): void {
    const method = request.method ?? 'GET'
    const attributes = { 'http.request.method': method }
    const span = this.#tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parentOf(request))
    response.once('close', () => {
      const route = this.#routes.get(request) ?? laneRoute(request)
      if (route !== null) span.updateName(`${method} ${route}`).setAttribute('http.route', route)
      span.setAttribute('http.response.status_code', response.statusCode)
      if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    })
    this.#current.run(span, answer)
  }

  /** What no request asked for has no span. */
  within<T>(name: string, work: () => T): T {
    const parent = this.current()
    if (parent === undefined || !parent.isRecording()) return work()
    const span = this.#tracer.startSpan(name, {}, trace.setSpan(ROOT_CONTEXT, parent))
    try {
      const result = this.#current.run(span, work)
      if (!(result instanceof Promise)) {
        span.end()
        return result
      }
      result.then(
        () => span.end(),
        (error: unknown) => fail(span, error),
      )
      return result
    } catch (error) {
      fail(span, error)
      throw error
    }
  }
}

function laneRoute({ url = '' }: IncomingMessage): string | null {
  const [path = ''] = url.split('?', 1)
  return lanePaths.has(path) ? path : null
}

function parentOf({ headers }: IncomingMessage): Context {
  const sent = headers['traceparent']
  const [, traceId, spanId, flags] = traceparent.exec(typeof sent === 'string' ? sent : '') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT
  const traceFlags = Number.parseInt(flags, 16)
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true })
}

/** An error is told by its class: its message may hold what somebody sent. */
function fail(span: Span, error: unknown): void {
  span.setAttribute('error.type', error instanceof Error ? error.name : typeof error)
  span.setStatus({ code: SpanStatusCode.ERROR })
  span.end()
}

function traceStores(stores: OpenStores, spans: Spans): OpenStores {
  return {
    ...stores,
    storage: traceStorage(stores.storage, spans),
    directory: traceDirectory(stores.directory, spans),
    windows: traceWindows(stores.windows, spans),
  }
}

function traceStorage(storage: Storage, spans: Spans): Storage {
  return {
    read: (tenant, work) => spans.within('read', () => storage.read(tenant, work)),
    transaction: (tenant, work) => spans.within('transaction', () => storage.transaction(tenant, work)),
  }
}

function traceDirectory<K, S>(directory: Directory<K, S>, spans: Spans): Directory<K, S> {
  return {
    findKey: (digest) => spans.within('look up key', () => directory.findKey(digest)),
    findSession: (digest) => spans.within('look up session', () => directory.findSession(digest)),
    markFirstUse: (number) => spans.within('mark first use', () => directory.markFirstUse(number)),
  }
}

function traceWindows(windows: WindowStore, spans: Spans): WindowStore {
  return {
    spend: (keyId, limit, cost) => spans.within('spend', () => windows.spend(keyId, limit, cost)),
    open(keyId) {
      const window = windows.open(keyId)
      return { spend: (limit, cost) => spans.within('spend', () => window.spend(limit, cost)) }
    },
    forget: (keyId) => spans.within('forget window', () => windows.forget(keyId)),
    state: () => windows.state(),
    close: () => windows.close(),
  }
}
