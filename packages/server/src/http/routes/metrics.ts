import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { expositionType } from '../metrics/exposition.ts'
import { writeMetrics, type MetricsSources } from '../metrics/write-metrics.ts'
import { addRoute } from '../route.ts'

export function addMetricsRoutes(app: FastifyInstance, sources: MetricsSources): void {
  addRoute(app, {
    operation: 'getMetrics',
    method: 'GET',
    path: '/metrics',
    tag: 'Installation',
    summary: 'What this node has counted, for Prometheus',
    answer: { status: 200, schema: Type.String(), contentType: expositionType },
    handle: async () => ({ value: await writeMetrics(sources) }),
  })
}
