import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { createMintmark } from './create-mintmark.ts'
import { hostCaller } from './engine/caller.ts'
import { bearer } from './testing/http-client.ts'

type Attribute = { readonly key: string; readonly value: Record<string, unknown> }
type ReceivedSpan = {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly attributes: readonly Attribute[]
  readonly status: { readonly code?: number }
}

/** A collector that takes OTLP over HTTP, as JSON. */
const received: ReceivedSpan[] = []
let everything = ''
const collector = createServer((request, response) => {
  void take(request).then(() => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}'))
})

async function take(request: IncomingMessage): Promise<void> {
  const body = await text(request)
  everything += body
  const { resourceSpans } = JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: ReceivedSpan[] }[] }[] }
  received.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)))
}

const traceId = '0af7651916cd43dd8448eb211c80319c'
const parentId = 'b7ad6b7169203331'
const traceparent = `00-${traceId}-${parentId}-01`

beforeAll(async () => {
  collector.listen(0, '127.0.0.1')
  await once(collector, 'listening')
  const tracesUrl = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/v1/traces`
  const mintmark = await createMintmark({ dataDir: ':memory:', tracesUrl, log: { write: () => {} } })
  const server = createServer(mintmark.handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const host = hostCaller(null, { requestId: 'test', ip: null })
  const operatorKey = (await mintmark.engine.operatorKeys.create(host, { name: 'test' }, null)).value.key ?? ''
  const send = async (path: string, init: { method?: string; body?: string } = {}, more: object = {}) =>
    fetch(`${url}${path}`, {
      ...init,
      headers: { ...bearer(operatorKey), 'Content-Type': 'application/json', ...more },
    })
  const organization = '{"id":"canary-org","name":"canary-name"}'
  await send('/v1/organizations', { method: 'POST', body: organization }, { traceparent })
  await send('/v1/organizations/canary-org')
  await send('/v1/verify', { method: 'POST', body: '{"key":"mk_live_canary"}' })
  await send('/v1/nothing/canary')
  server.close()
  server.closeAllConnections()
  await mintmark.close()
})
afterAll(() => {
  collector.close()
  collector.closeAllConnections()
})

const spanNamed = (name: string): ReceivedSpan => {
  const found = received.find((span) => span.name === name)
  if (found === undefined) throw new Error(`no span ${name} among ${received.map((span) => span.name).join()}`)
  return found
}
const attributesOf = (span: ReceivedSpan): Record<string, unknown> =>
  Object.fromEntries(span.attributes.map(({ key: name, value }) => [name, Object.values(value)[0]]))

describe('traces', () => {
  test('have a span for each request, named by its route, under the caller’s', () => {
    const span = spanNamed('POST /v1/organizations')
    expect(span).toMatchObject({ traceId, parentSpanId: parentId })
    expect(attributesOf(span)).toEqual({
      'http.request.method': 'POST',
      'http.route': '/v1/organizations',
      'http.response.status_code': 201,
      'mintmark.request_id': expect.stringMatching(/^req_/),
    })
    expect(attributesOf(spanNamed('POST /v1/verify'))).toMatchObject({ 'http.response.status_code': 200 })
    expect(spanNamed('GET /v1/organizations/:id').parentSpanId ?? '').toBe('')
  })

  test('have spans below it for what the stores were asked', () => {
    const { spanId } = spanNamed('POST /v1/organizations')
    const below = received.filter((span) => span.parentSpanId === spanId).map(({ name }) => name)
    expect(below).toEqual(expect.arrayContaining(['look up key', 'transaction']))
  })

  test('hold nothing of what was in a request', () => {
    expect(everything).toContain('/v1/organizations/:id')
    for (const secret of ['canary', 'mmo_', '127.0.0.1']) expect(everything).not.toContain(secret)
  })
})

test('nothing of OpenTelemetry is loaded unless something is to be traced', async () => {
  const loadedWith = async (options: object): Promise<readonly string[]> => {
    const source = `
      import { registerHooks } from 'node:module'
      const loaded = []
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
      const { createMintmark } = await import('./create-mintmark.ts')
      const mintmark = await createMintmark(${JSON.stringify({ dataDir: ':memory:', ...options })})
      await mintmark.engine.verify({ key: 'x' })
      await mintmark.close()
      console.log(JSON.stringify(loaded))`
    const args = ['--conditions=mintmark-source', '--input-type=module', '--eval', source]
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname })
    return (JSON.parse(stdout) as string[]).filter(
      (url) => url.includes('opentelemetry') || url.includes('open-tracing'),
    )
  }
  expect(await loadedWith({})).toEqual([])
  expect((await loadedWith({ tracesUrl: 'http://127.0.0.1:9/v1/traces' })).length).toBeGreaterThan(10)
})

test('nothing is traced unless OpenTelemetry’s variables say where to', () => {
  const urlOf = (environment: Record<string, string>) => readConfig(environment).tracesUrl
  expect(urlOf({})).toBeNull()
  expect(urlOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' })).toBe('http://collector:4318/v1/traces')
  const both = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://b/traces' }
  expect(urlOf(both)).toBe('http://b/traces')
  expect(urlOf({ ...both, OTEL_SDK_DISABLED: 'true' })).toBeNull()
  expect(() => urlOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' })).toThrow('OTEL_EXPORTER_OTLP_ENDPOINT')
})
