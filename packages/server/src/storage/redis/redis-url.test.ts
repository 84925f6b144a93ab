import { describe, expect, test } from 'vitest'
import { parseRedisUrl } from './redis-url.ts'

describe('a Redis URL', () => {
  test.each([
    ['redis://127.0.0.1:6400', { nodes: [{ host: '127.0.0.1', port: 6400 }], tls: false, cluster: false }],
    ['redis://cache', { nodes: [{ host: 'cache', port: 6379 }], username: null, password: null, database: 0 }],
    ['redis://cache/', { database: 0 }],
    ['rediss://cache/3', { tls: true, database: 3 }],
    ['redis://:p%40ss@cache', { username: null, password: 'p@ss' }],
    ['redis://app:p:q@cache', { username: 'app', password: 'p:q' }],
    ['redis://[::1]:6400', { nodes: [{ host: '::1', port: 6400 }] }],
    [
      'redis+cluster://app:secret@a:1,b,c:3',
      {
        cluster: true,
        tls: false,
        username: 'app',
        password: 'secret',
        nodes: [
          { host: 'a', port: 1 },
          { host: 'b', port: 6379 },
          { host: 'c', port: 3 },
        ],
      },
    ],
    ['rediss+cluster://a', { cluster: true, tls: true }],
  ])('%s', (text, expected) => {
    expect(parseRedisUrl(text)).toMatchObject(expected)
  })

  test.each([
    '',
    'cache:6379',
    'http://cache',
    'redis://',
    'redis://a,b',
    'redis://cache/x',
    'redis://cache:port',
    'redis://cache?cluster=true',
    'redis+cluster://a/1',
    'redis+cluster://a,,b',
    'REDIS://cache',
  ])('%s is refused', (text) => {
    expect(() => parseRedisUrl(text)).toThrow(TypeError)
  })

  test('is not repeated by the refusal: it may hold a password', () => {
    expect(() => parseRedisUrl('redis://:hunter2@a:b:c')).toThrow(expect.not.stringContaining('hunter2'))
  })
})
