import { expect, test } from 'vitest'
import type { Exchange } from './exchange.ts'
import { leaksOf } from './leak-rules.ts'

const exchange = (text: string, headers: Record<string, string> = {}, more: Partial<Exchange> = {}): Exchange => ({
  url: 'http://127.0.0.1:1',
  method: 'GET',
  path: '/v1/me',
  answer: { status: 500, headers: new Headers(headers), text, body: null },
  ...more,
})

test.each([
  new Error('inside').stack ?? '',
  JSON.stringify({ message: new Error('inside').stack }),
  'Error: x\n    at Object.<anonymous> (/srv/app/index.js:1:7)',
  'select "id" from "api_keys" where "id" = $1',
  'UPDATE members SET role = 1',
  'UNIQUE constraint failed: api_keys.id',
  'no such table: api_key_secrets',
  'duplicate key value violates unique constraint',
  "ENOENT: no such file or directory, open '/var/lib/mintmark/pepper'",
  'cannot open /var/lib/mintmark/pepper',
  'connect ECONNREFUSED 127.0.0.1:5432',
  'Cannot read properties: TypeError',
  'the database store does not answer: StoreUnavailable',
  '[object Object]',
  'PostgreSQL 15.8 on x86_64',
  'Node.js v24.21.0',
])('finds what tells of the inside in %j', (text) => {
  expect(leaksOf(exchange(text))).not.toEqual([])
  expect(leaksOf(exchange('{}', { 'x-note': text.replaceAll('\n', ' ') }))).not.toEqual([])
})

test.each(['server', 'x-powered-by', 'via'])('finds the header %s', (name) => {
  expect(leaksOf(exchange('{}', { [name]: 'anything' }))).toEqual([`the header ${name}`])
})

test.each([
  '{"type":"urn:mintmark:reason:not_found","title":"Not found","status":404,"requestId":"req_64639a5def106c03b"}',
  '{"permissions":["api_keys:read","audit_events:read"],"createdAt":"2026-11-21T03:47:24.929Z"}',
  '{"message":"Select a role from those of the contract, or update it."}',
  '{"dependencies":[{"name":"sqlite","status":"ok","detail":null}]}',
  '{"message":"Missing sites:read permission.","path":"ipAllowlist[0]","network":"10.0.0.0/8"}',
])('leaves alone %s', (text) => {
  expect(leaksOf(exchange(text, { 'content-type': 'application/json', 'x-request-id': 'req_1' }))).toEqual([])
})

test('leaves alone what only repeats what was asked', () => {
  const text = '{"name":"/etc/passwd"}'
  expect(leaksOf(exchange(text))).toEqual(['a path: /etc/passwd'])
  expect(leaksOf(exchange(text, {}, { sent: { body: { name: '/etc/passwd' } } }))).toEqual([])
  expect(leaksOf(exchange(text, {}, { path: '/v1/api-keys?q=%2Fetc%2Fpasswd' }))).toEqual([])
})
