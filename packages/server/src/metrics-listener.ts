import { createServer, type Server, type ServerResponse } from 'node:http'
import { expositionType } from './http/metrics/exposition.ts'
import { writeMetrics, type MetricsSources } from './http/metrics/write-metrics.ts'

const maxConnections = 16
/** Nobody keeps one of them for long. */
const timeouts = { headersTimeout: 5_000, requestTimeout: 10_000 }

/** A server for `GET /metrics` and nothing else, that asks for no credential: for a network of the operator's own. */
export function createMetricsListener(sources: MetricsSources, onError: (error: unknown) => void): Server {
  const server = createServer(timeouts, (request, response) => {
    if (request.url !== '/metrics') response.writeHead(404).end()
    else if (request.method !== 'GET') response.writeHead(405, { Allow: 'GET' }).end()
    else answer(sources, response).catch(onError)
  })
  server.maxConnections = maxConnections
  return server
}

async function answer(sources: MetricsSources, response: ServerResponse): Promise<void> {
  const text = await writeMetrics(sources)
  response.writeHead(200, { 'Content-Type': expositionType, 'Cache-Control': 'no-store' }).end(text)
}
