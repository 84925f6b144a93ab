import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ConfigError, readConfig } from './config.ts'
import { serve, type Served } from './serve.ts'
import { findPromtool } from './testing/find-program.ts'
import { freePort } from './testing/free-port.ts'
import { metricOf } from './testing/metrics-text.ts'

let dataDir: string
let served: Served
let metrics: string

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'mintmark-metrics-'))
  const port = await freePort()
  metrics = `http://127.0.0.1:${port}`
  served = await serve(readConfig({ MINTMARK_DATA_DIR: dataDir, MINTMARK_PORT: '0', MINTMARK_METRICS_PORT: `${port}` }))
})
afterEach(async () => {
  await served.drain()
  rmSync(dataDir, { recursive: true })
})

test('on a port of their own metrics are for whoever reaches it, where everything else is for operators alone', async () => {
  const answer = await fetch(`${metrics}/metrics`)
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
  const text = await answer.text()
  expect(metricOf(text, 'mintmark_outbox_events')).toBe(0)
  const promtool = findPromtool()
  if (promtool === undefined) expect(process.env['CI'], 'CI has promtool').not.toBe('true')
  else expect(execFileSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' })).toBe('')
  expect((await fetch(`${served.url}/metrics`)).status).toBe(401)
})

test('nothing else is answered there', async () => {
  for (const path of ['/', '/healthz', '/v1/me', '/metrics/', '/metrics?x=1']) {
    expect((await fetch(`${metrics}${path}`)).status, path).toBe(404)
  }
  const posted = await fetch(`${metrics}/metrics`, { method: 'POST', body: 'x' })
  expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET'])
})

test('a port that is in use is a mistake that is named', async () => {
  const { port } = new URL(metrics)
  const other = mkdtempSync(join(tmpdir(), 'mintmark-metrics-'))
  const config = readConfig({ MINTMARK_DATA_DIR: other, MINTMARK_PORT: '0', MINTMARK_METRICS_PORT: port })
  const starting = serve(config)
  await expect(starting).rejects.toThrow(ConfigError)
  await expect(starting).rejects.toThrow('MINTMARK_METRICS_PORT')
  rmSync(other, { recursive: true })
})

test('a start that fails leaves nothing that listens', async () => {
  const other = mkdtempSync(join(tmpdir(), 'mintmark-metrics-'))
  // No socket can be made where a directory is.
  mkdirSync(join(other, 'admin.sock'))
  const [port, metricsPort] = [`${await freePort()}`, `${await freePort()}`]
  const config = { MINTMARK_DATA_DIR: other, MINTMARK_PORT: port, MINTMARK_METRICS_PORT: metricsPort }
  await expect(serve(readConfig(config))).rejects.toThrow()
  for (const url of [`http://127.0.0.1:${port}/healthz`, `http://127.0.0.1:${metricsPort}/metrics`]) {
    await expect(fetch(url), url).rejects.toThrow('fetch failed')
  }
  rmSync(other, { recursive: true })
})
