import { beforeEach, expect, test } from 'vitest'
import { RouteTable } from './route-table.ts'

let table: RouteTable

beforeEach(() => {
  table = new RouteTable()
  table.add('GET', '/v1/keys')
  table.add(['POST', 'HEAD'], '/v1/keys')
  table.add('DELETE', '/v1/keys/:id')
  table.add('GET', '/v1/keys/limits')
  table.add('POST', '/v1/keys/:id/secrets/:secretId')
})

test.each<[string, string[]]>([
  ['/v1/keys', ['GET', 'HEAD', 'POST']],
  ['/v1/keys?limit=1', ['GET', 'HEAD', 'POST']],
  ['/v1/keys/abc', ['DELETE']],
  ['/v1/keys/limits', ['DELETE', 'GET']],
  ['/v1/keys/a%2Fb', ['DELETE']],
  ['/v1/keys/a/secrets/b', ['POST']],
  ['/v1/keys/', []],
  ['/v1/keys/a/', []],
  ['/v1/keys/a/secrets', []],
  ['/v1/keys/a/secrets/', []],
  ['/v1', []],
  ['/v1/keysx', []],
  ['/v1xkeys', []],
  ['/V1/keys', []],
  ['', []],
  ['?', []],
])('%s takes %o', (url, methods) => {
  expect(table.methodsFor(url)).toEqual(methods)
})

test('what stands in a path is itself, not a pattern', () => {
  table.add('GET', '/a.b(c)+')
  expect(table.methodsFor('/a.b(c)+')).toEqual(['GET'])
  expect(table.methodsFor('/axb(c)')).toEqual([])
})
