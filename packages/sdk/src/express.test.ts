import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { Router } from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guard } from './express.ts'
import type { Verifier } from './guard/verifier.ts'
import { bearer, rawRequest } from './testing/raw-request.ts'
import { servingMintmark, type ServedMintmark } from './testing/served-mintmark.ts'

const policy = { 'GET /sites/:id': { scope: 'any' }, 'GET /': { scope: 'any' } } as const

describe('the guard in Express', () => {
  const serve = servingMintmark()
  const servers: Server[] = []
  let mintmark: ServedMintmark
  let key: string
  beforeAll(async () => {
    mintmark = await serve()
    const acting = await mintmark.organization()
    key = (await acting.keys.create({ name: 'ci', owner: 'organization', role: 'admin' })).key
  })
  afterAll(() => servers.forEach((server) => server.close()))

  const calling = async (application: unknown): Promise<(line: string) => Promise<readonly [number, unknown]>> => {
    const server = createServer(application as RequestListener).listen(0, '127.0.0.1')
    servers.push(server)
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return async (line) => {
      const { status, body } = await rawRequest(url, line, bearer(key))
      return [status, body?.handler ?? body?.reason]
    }
  }

  test('guards what is below the place where it is mounted, by whole paths', async () => {
    const router = Router()
    router.use(guard({ verifier: mintmark.engine, policy, prefix: '/api/v1' }))
    router.get('/sites/:id', (_, response) => void response.json({ handler: 'site' }))
    router.get('/', (_, response) => void response.json({ handler: 'root' }))
    const app = express()
    app.use('/api/v1', router)
    app.get('/open', (_, response) => void response.json({ handler: 'open' }))
    const call = await calling(app)
    expect(await call('GET /api/v1/sites/7?x=1')).toEqual([200, 'site'])
    expect(await call('GET /api/v1?x=1')).toEqual([200, 'root'])
    expect(await call('GET /api/v1/else')).toEqual([404, 'not_found'])
    expect(await call('GET /API/V1/sites/7')).toEqual([404, 'not_found'])
    expect(await call('GET /api/v1//')).toEqual([404, 'not_found'])
    expect(await call('GET /open')).toEqual([200, 'open'])
  })

  test('sees what was rewritten before it', async () => {
    const app = express()
    app.use((request, _, next) => {
      request.url = request.url.replace('/old/', '/secret/')
      next()
    })
    app.use(guard({ verifier: mintmark.engine, policy: { ...policy, 'GET /old/:id': { scope: 'any' } } }))
    app.get('/secret/:id', (_, response) => void response.json({ handler: 'secret' }))
    expect(await (await calling(app))('GET /old/7')).toEqual([404, 'not_found'])
  })

  test('knows the client as Express does', async () => {
    const questions: unknown[] = []
    const verifier: Verifier = {
      contract: mintmark.engine.contract,
      verify(question) {
        questions.push(question)
        return mintmark.engine.verify(question)
      },
    }
    const app = express()
    app.set('trust proxy', 'loopback')
    app.use(guard({ verifier, policy }))
    const server = app.listen(0, '127.0.0.1')
    servers.push(server)
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await rawRequest(url, 'GET /sites/7', { ...bearer(key), 'x-forwarded-for': '192.0.2.7' })
    await rawRequest(url, 'GET /sites/7', { ...bearer(key), 'x-forwarded-for': 'nonsense' })
    expect(questions).toEqual([{ key, clientIp: '192.0.2.7' }, { key }])
  })

  test('gives a mistake of the application to Express, and lets it see to its own errors', async () => {
    const broken = guard({
      verifier: { contract: mintmark.engine.contract, verify: () => Promise.reject(new Error('mistake')) },
      policy,
    })
    const app = express()
    app.use(broken)
    app.use(
      ((_error, _request, response, _next) =>
        void response.status(500).json({ handler: 'errors' })) satisfies express.ErrorRequestHandler,
    )
    expect(await (await calling(app))('GET /sites/7')).toEqual([500, 'errors'])
    await expect(broken.ready()).resolves.toBeUndefined()
  })

  test('cuts off an answer that has begun when its handler fails, and tells of the fault', async () => {
    const faults: unknown[] = []
    const guarded = guard({ verifier: mintmark.engine, policy })
    const app = express()
    app.set('env', 'test')
    app.use(guarded)
    app.get('/sites/:id', (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{')
      throw new Error('too late')
    })
    app.use(guarded.answerErrors((fault) => faults.push(fault)))
    await expect((await calling(app))('GET /sites/7')).rejects.toThrow()
    expect(faults).toEqual([new Error('too late')])
  })

  test('needs no Express', async () => {
    const middleware = guard({ verifier: mintmark.engine, policy })
    const call = await calling(((request, response) => {
      middleware(request, response, () =>
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"handler":"plain"}'),
      )
    }) satisfies RequestListener)
    expect(await call('GET /sites/7')).toEqual([200, 'plain'])
    expect(await call('PUT /sites/7')).toEqual([405, 'method_not_allowed'])
  })
})
