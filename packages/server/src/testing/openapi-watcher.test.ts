import { describe, expect, test } from 'vitest'
import type { Exchange } from './exchange.ts'
import { OpenApiDocument } from './openapi-document.ts'
import { OpenApiWatcher } from './openapi-watcher.ts'

const requestId = { required: true, schema: { type: 'string', minLength: 1 } }
const count = { required: false, schema: { type: 'integer', minimum: 0 } }
const windowHeaders = {
  'X-RateLimit-Limit': count,
  'X-RateLimit-Remaining': count,
  'X-RateLimit-Reset': count,
  'RateLimit-Policy': { schema: { type: 'string' } },
  RateLimit: { schema: { type: 'string' } },
}
const problem = {
  headers: { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' }, ...windowHeaders },
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}
const thing = { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } }
const watcher = new OpenApiWatcher(
  new OpenApiDocument({
    paths: {
      '/things': {
        post: {
          requestBody: { required: true, content: thing },
          responses: { 201: { headers: { 'X-Request-Id': requestId }, content: thing } },
        },
      },
      '/things/{id}': {
        get: { responses: { 200: { headers: { 'X-Request-Id': requestId, ...windowHeaders }, content: thing } } },
        delete: { responses: { 204: { headers: { 'X-Request-Id': requestId } } } },
      },
      '/things/first': { get: { responses: { 204: { headers: { 'X-Request-Id': requestId } } } } },
    },
    components: {
      headers: { 'X-Request-Id': requestId },
      responses: {
        TenantNotFound: problem,
        TenantMethodNotAllowed: { ...problem, headers: { ...problem.headers, Allow: { schema: { type: 'string' } } } },
      },
      schemas: {
        Thing: {
          type: 'object',
          properties: { name: { type: 'string' }, at: { type: 'string', format: 'date-time' } },
          required: ['name'],
          additionalProperties: false,
        },
        Problem: { type: 'object', properties: { reason: { type: 'string' } }, required: ['reason'] },
      },
    },
  }),
)

function exchange(request: string, status: number, options: Partial<Parts> = {}): Exchange {
  const [method = '', path = ''] = request.split(' ')
  const { body = null, key, sent, headers = {} } = options
  const text = body === null || method === 'HEAD' ? '' : JSON.stringify(body)
  const type = status < 400 ? 'application/json; charset=utf-8' : 'application/problem+json; charset=utf-8'
  const all = { 'x-request-id': 'req_1', ...(body !== null && { 'content-type': type }), ...headers }
  return { url: '', method, path, key, sent: { body: sent }, answer: { status, headers: new Headers(all), text, body } }
}
type Parts = { body: unknown; key: string; sent: unknown; headers: Record<string, string> }

const window = {
  'x-ratelimit-limit': '9',
  'x-ratelimit-remaining': '8',
  'x-ratelimit-reset': '60',
  'ratelimit-policy': '"default";q=9;w=60',
  ratelimit: '"default";r=8;t=60',
}
const mine = { name: 'mine' }
const lost = { reason: 'not_found' }

describe('the watcher lets pass', () => {
  test.each<[string, Exchange]>([
    ['a declared answer', exchange('GET /things/1', 200, { body: mine })],
    ['a time', exchange('GET /things/1?q=1', 200, { body: { ...mine, at: '2026-11-21T10:00:00.000Z' } })],
    ['a HEAD without content', exchange('HEAD /things/1', 200, { body: mine })],
    ['a 204 without content', exchange('DELETE /things/1', 204)],
    ['the path without parameters before the one with', exchange('GET /things/first', 204)],
    ['a body that is taken', exchange('POST /things', 201, { body: mine, sent: mine })],
    ['the window of a key', exchange('GET /things/1', 200, { body: mine, key: 'mk_live_x', headers: window })],
    ['an operator, who has none', exchange('GET /things/1', 200, { body: mine, key: 'mmo_x' })],
    ['404 for the organization acted in', exchange('PUT /things/1', 404, { body: lost })],
    ['404 where there is no path', exchange('GET /nothing', 404, { body: lost })],
    [
      '405 where there is no method',
      exchange('PUT /things/1', 405, { body: lost, headers: { allow: 'DELETE, GET, HEAD' } }),
    ],
  ])('%s', (_, right) => {
    expect(watcher.faultsOf(right)).toEqual([])
  })
})

describe('the watcher finds', () => {
  test.each<[string, Exchange, string]>([
    ['a status that is not declared', exchange('GET /things/1', 201, { body: mine }), 'status 201 is not declared'],
    ['success where nothing is described', exchange('GET /nothing', 200), 'status 200 where nothing is described'],
    ['405 on a path that is not', exchange('PUT /nothing', 405, { body: lost }), 'status 405 on a path without'],
    [
      'an Allow that is not what is described',
      exchange('PUT /things/1', 405, { body: lost, headers: { allow: 'GET' } }),
      'DELETE, GET, HEAD are described',
    ],
    ['a field too many', exchange('GET /things/1', 200, { body: { ...mine, owner: 1 } }), 'must NOT have additional'],
    ['a field too few', exchange('GET /things/1', 200, { body: {} }), "must have required property 'name'"],
    ['a time that is none', exchange('GET /things/1', 200, { body: { ...mine, at: 'soon' } }), 'format "date-time"'],
    ['content with a 204', exchange('DELETE /things/1', 204, { body: mine }), 'content of type application/json'],
    [
      'another content type',
      exchange('GET /things/1', 200, { body: mine, headers: { 'content-type': 'text/html; charset=utf-8' } }),
      'content type text/html; charset=utf-8 is not declared',
    ],
    [
      'a missing charset',
      exchange('GET /things/1', 200, { body: mine, headers: { 'content-type': 'application/json' } }),
      'does not say charset',
    ],
    [
      'a missing header',
      { ...exchange('DELETE /things/1', 204), answer: { status: 204, headers: new Headers(), text: '', body: null } },
      'there is no header X-Request-Id',
    ],
    ['an empty header', exchange('DELETE /things/1', 204, { headers: { 'x-request-id': '' } }), 'header X-Request-Id'],
    ['a header of its own', exchange('DELETE /things/1', 204, { headers: { server: 'x' } }), 'server is not declared'],
    [
      'a count that is no number',
      exchange('GET /things/1', 200, { body: mine, headers: { ...window, 'x-ratelimit-limit': 'many' } }),
      'X-RateLimit-Limit must be integer',
    ],
    [
      "half of a window's headers",
      exchange('GET /things/1', 200, { body: mine, headers: { ratelimit: '"default";r=8;t=60' } }),
      "of the window's headers only RateLimit",
    ],
    ['no window for a key', exchange('GET /things/1', 200, { body: mine, key: 'mk_live_x' }), 'an API key, but no'],
    [
      'a window for a session',
      exchange('GET /things/1', 200, { body: mine, key: 'mms_x', headers: window }),
      "no API key's",
    ],
    ['a body taken that is none of its', exchange('POST /things', 201, { body: mine, sent: {} }), 'taken, though'],
    ['nothing taken for a body', exchange('POST /things', 201, { body: mine }), 'without the body that is required'],
    [
      'a requestId of another request',
      exchange('GET /nothing', 404, { body: { ...lost, requestId: 'req_2' } }),
      'requestId is not X-Request-Id',
    ],
  ])('%s', (_, wrong, fault) => {
    expect(watcher.faultsOf(wrong).join('\n')).toContain(fault)
  })
})
