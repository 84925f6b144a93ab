// A company's application, with a guard or without: one route that answers a word.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { Mintmark, type GuardOptions } from '@mintmark/sdk'
import { guard as expressGuard } from '@mintmark/sdk/express'
import { guard as fastifyGuard } from '@mintmark/sdk/fastify'
import { guard as honoGuard } from '@mintmark/sdk/hono'
import { answerCpu, readSettings } from './answer-rounds.js'
import { demandedPermission, openBenchMintmark } from './embedded.ts'

export type GuardSettings = {
  readonly framework: 'express' | 'fastify' | 'hono'
  /** Where Mintmark is; null: there is no guard. */
  readonly mintmark: 'in-process' | { readonly server: string; readonly key: string } | null
  /** Keys to make, where Mintmark is in this process. */
  readonly keys?: number
}

const settings = readSettings() as GuardSettings
const path = '/sites/:id'
const policy = { 'GET /sites/:id': { permission: demandedPermission } } as const
const made = settings.mintmark === 'in-process' ? await openBenchMintmark({ keys: settings.keys ?? 0 }) : null
const options = optionsOf()
const serve = { express: serveExpress, fastify: serveFastify, hono: serveHono }[settings.framework]
answerCpu({ port: await serve(), keys: made?.keys ?? [] })

function optionsOf(): GuardOptions | null {
  const { mintmark } = settings
  if (mintmark === null) return null
  if (made !== null) return { verifier: made.engine, policy }
  return mintmark === 'in-process' ? null : { verifier: new Mintmark(mintmark), policy }
}

async function serveExpress(): Promise<number> {
  const app = express()
  if (options !== null) app.use(expressGuard(options))
  app.get(path, (_, response) => void response.send('ok'))
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

async function serveFastify(): Promise<number> {
  const app = fastify()
  if (options !== null) void app.register(fastifyGuard, options)
  app.get(path, async () => 'ok')
  return Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
}

async function serveHono(): Promise<number> {
  const app = new Hono()
  if (options !== null) app.use(honoGuard(options))
  app.get(path, (c) => c.text('ok'))
  const listener = getRequestListener(app.fetch)
  const server = createServer((request, response) => void listener(request, response))
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}
