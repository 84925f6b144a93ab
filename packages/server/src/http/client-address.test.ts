import { describe, expect, test } from 'vitest'
import { createClientAddress } from './client-address.ts'

describe('the client’s address', () => {
  test('is the socket’s where no proxy is trusted, whatever the header claims', () => {
    const address = createClientAddress([])
    expect(address('203.0.113.9', '192.0.2.1')).toBe('203.0.113.9')
    expect(address('::ffff:203.0.113.9', null)).toBe('203.0.113.9')
    expect(address(undefined, '192.0.2.1')).toBeNull()
  })

  const address = createClientAddress(['10.0.0.0/8', '2001:db8::/32'])

  test.each([
    ['203.0.113.9', '192.0.2.1', '203.0.113.9', 'an untrusted peer proves nothing'],
    ['10.0.0.1', null, '10.0.0.1', 'no header'],
    ['10.0.0.1', '192.0.2.1', '192.0.2.1', 'one hop'],
    ['10.0.0.1', '198.51.100.66, 192.0.2.1', '192.0.2.1', 'what the client wrote before is his own claim'],
    ['10.0.0.1', '192.0.2.1, 10.1.2.3', '192.0.2.1', 'two trusted hops'],
    ['10.0.0.1', '192.0.2.1,  2001:db8::7', '192.0.2.1', 'hops of both kinds'],
    ['10.0.0.1', '192.0.2.1, junk', '10.0.0.1', 'a hop that is no address ends the walk'],
    ['10.0.0.1', '', '10.0.0.1', 'an empty header'],
    ['10.0.0.1', '10.9.9.9', '10.9.9.9', 'only trusted hops: the first of them'],
  ] as const)('%s with %j is %s: %s', (peer, forwardedFor, expected, _why) => {
    expect(address(peer, forwardedFor)).toBe(expected)
  })
})
