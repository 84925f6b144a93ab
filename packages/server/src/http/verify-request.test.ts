import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rawRequest, sendRaw } from '../testing/raw-http.ts'
import { openScene, post, reasonOf, remaining, type Open, type Scene } from '../testing/verify-scene.ts'

const open: Open = []
let scene: Scene

beforeEach(async () => {
  scene = await openScene(open)
})

afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

describe('what is wrong with a request', () => {
  it('is told in the order of the contract', async () => {
    const { port } = scene.lane
    const auth = `Authorization: Bearer ${scene.operator}`
    const wrong = 'Authorization: Bearer mmo_wrong'
    const big = 'Content-Length: 70000'
    const text = 'Content-Type: text/plain'
    const cases: [readonly string[], string][] = [
      [[auth, auth, big, text], '400 ambiguous_credentials'],
      [[auth, `X-API-Key: ${scene.key}`, big], '400 ambiguous_credentials'],
      [[wrong, big, text], '401 invalid_key'],
      [[auth, big, text], '413 payload_too_large'],
      [[auth, text, 'Content-Length: 1', 'Mintmark-User: x'], '415 unsupported_media_type'],
      [[auth, 'Content-Type: application/json', 'Content-Length: 1', 'Mintmark-User: x'], '400 invalid_request'],
    ]
    for (const [headers, expected] of cases) {
      const { text: answer } = await sendRaw(port, [rawRequest('POST /v1/verify', headers, '{')], (received) =>
        /"requestId":"[^"]+".*\}$/.test(received),
      )
      const [status = '', reason = ''] = expected.split(' ')
      expect(answer).toContain(`HTTP/1.1 ${status} `)
      expect(answer).toContain(`"reason":"${reason}"`)
    }
  })

  it('closes the connection after a body that is too large, announced or in chunks', async () => {
    const headers = [`Authorization: Bearer ${scene.operator}`, 'Content-Type: application/json']
    const announced = rawRequest('POST /v1/verify', [...headers, 'Content-Length: 65537'])
    const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`
    const chunked = rawRequest('POST /v1/verify', [...headers, 'Transfer-Encoding: chunked'], chunk.repeat(5))
    for (const request of [announced, chunked]) {
      const { text, isClosed } = await sendRaw(scene.lane.port, [request])
      expect(text).toContain('HTTP/1.1 413')
      expect(text).toContain('Connection: close')
      expect(isClosed).toBe(true)
      expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1)
    }
  })

  it('takes 65,536 bytes, and chunks', async () => {
    const body = JSON.stringify({ key: scene.key })
    expect((await post(scene, body.padEnd(65_536))).status).toBe(200)
    expect((await post(scene, body.padEnd(65_537))).status).toBe(413)
    const headers = [`Authorization: Bearer ${scene.operator}`, 'Content-Type: application/json']
    const chunks = Array.from(body, (character) => `1\r\n${character}\r\n`).join('')
    const request = rawRequest('POST /v1/verify', [...headers, 'Transfer-Encoding: chunked'], `${chunks}0\r\n\r\n`)
    const { text } = await sendRaw(scene.lane.port, [request], (received) => received.endsWith('}'))
    expect(text).toContain('"valid":true')
    expect(text).not.toContain('Connection: close')
  })

  it.each([
    ['application/json', 200],
    ['application/json; charset=utf-8', 200],
    ['Application/JSON;charset="UTF-8"', 200],
    ['application/json\t; charset=utf-8', 415],
    ['application/json; charset=latin1', 415],
    ['application/json; charset=utf-8; x=y', 415],
    ['application/json;', 415],
    ['application/jsonp', 415],
    ['application/json, text/plain', 415],
    ['text/json', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    [null, 415],
  ])('content type %s: %i', async (type, status) => {
    const body = Buffer.from(JSON.stringify({ key: scene.key }))
    expect((await post(scene, body, { type })).status).toBe(status)
    expect(remaining(scene)).toBe(status === 200 ? 4 : 5)
  })

  it.each([
    ['', ''],
    ['{', ''],
    ['[]', ''],
    ['null', ''],
    ['"key"', ''],
    ['{}', 'key'],
    ['{"key":1}', 'key'],
    ['{"key":null}', 'key'],
    ['{"key":"x","permission":""}', 'permission'],
    ['{"key":"x","permission":[]}', 'permission'],
    ['{"key":"x","permission":{"all":[]}}', 'permission'],
    ['{"key":"x","permission":{"all":["sites:read"],"any":["sites:read"]}}', 'permission'],
    ['{"key":"x","permission":{"any":["sites:read"],"__proto__":{}}}', 'permission'],
    ['{"key":"x","permission":"sites:*"}', 'permission'],
    ['{"key":"x","permission":{"any":["sites:read","nope"]}}', 'permission.any[1]'],
    ['{"key":"x","roles":[]}', 'roles'],
    ['{"key":"x","roles":["constructor"]}', 'roles[0]'],
    ['{"key":"x","projectId":""}', 'projectId'],
    ['{"key":"x","organizationWide":"true"}', 'organizationWide'],
    ['{"key":"x","environment":"staging"}', 'environment'],
    ['{"key":"x","clientIp":"0177.0.0.1"}', 'clientIp'],
    ['{"key":"x","clientIp":"fe80::1%eth0"}', 'clientIp'],
    ['{"key":"x","clientIp":null}', 'clientIp'],
    ['{"key":"x","cost":-1}', 'cost'],
    ['{"key":"x","cost":1001}', 'cost'],
    ['{"key":"x","cost":0.5}', 'cost'],
    ['{"key":"x","cost":"1"}', 'cost'],
    ['{"key":"x","__proto__":{"valid":true}}', '__proto__'],
    ['{"key":"x","Key":"y"}', 'Key'],
  ])('body %s: 400 at %j', async (body, path) => {
    const answer = await post(scene, body)
    expect(answer.status).toBe(400)
    const problem = (await answer.json()) as { reason: string; errors: { path: string; message: string }[] }
    expect(problem.reason).toBe('invalid_request')
    expect(problem.errors.map((error) => error.path)).toContain(path)
  })

  it('has bounds: 100 names, 200 characters a permission, 64 a project, and tells at most 20 faults and one', async () => {
    const names = (count: number): string[] => Array.from({ length: count }, () => 'sites:read')
    expect((await post(scene, { key: scene.key, permission: { any: names(100) } })).status).toBe(200)
    expect((await post(scene, { key: scene.key, permission: { any: names(101) } })).status).toBe(400)
    expect((await post(scene, { key: scene.key, projectId: 'p'.repeat(64) })).status).toBe(200)
    expect((await post(scene, { key: scene.key, projectId: 'p'.repeat(65) })).status).toBe(400)
    const unknown = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`field${index}`, 1]))
    const { errors } = (await (await post(scene, unknown)).json()) as { errors: unknown[] }
    expect(errors.length).toBeLessThanOrEqual(21)
  })

  it('refuses bytes that are not UTF-8, and takes U+FFFD itself', async () => {
    const bytes = Buffer.concat([Buffer.from('{"key":"'), Buffer.from([0xff]), Buffer.from('"}')])
    expect(await reasonOf(await post(scene, bytes))).toEqual([400, 'invalid_request'])
    expect((await post(scene, { key: '\ufffd' })).status).toBe(200)
  })

  it('refuses a cost above the limit, spending nothing', async () => {
    const answer = await post(scene, { key: scene.key, cost: 6 })
    expect(answer.status).toBe(400)
    expect(remaining(scene)).toBe(5)
  })

  it('spends nothing for any mistake', async () => {
    await post(scene, { key: scene.key, permission: 'nope' })
    await post(scene, { key: scene.key, extra: 1 })
    await post(scene, { key: scene.key }, { type: 'text/plain' })
    await post(scene, { key: scene.key }, { credential: `${scene.operator}x` })
    expect(remaining(scene)).toBe(5)
  })
})
