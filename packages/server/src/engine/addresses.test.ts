import { describe, expect, test } from 'vitest'
import { createAddressMatcher, isNetworkInside, parseAddress, parseNetwork } from './addresses.ts'

describe('an address', () => {
  test.each(['192.0.2.1', '0.0.0.0', '255.255.255.255', '2001:db8::1', '::1', '::ffff:192.0.2.1'])(
    '%s is one',
    (text) => {
      expect(parseAddress(text)).not.toBeNull()
    },
  )

  test.each([
    '',
    '0177.0.0.1',
    '192.0.2.01',
    '0x7f.0.0.1',
    '127.1',
    '2130706433',
    '256.0.0.1',
    '1.2.3.4.5',
    ' 192.0.2.1',
    '192.0.2.1 ',
    '192.0.2.1/24',
    'fe80::1%eth0',
    '::ffff:1.2.3',
    '::ffff:0177.0.0.1',
    '::ffff:0x7f.0.0.1',
    '::ffff:010.0.0.1',
    '::192.0.2.01',
    '64:ff9b::010.0.0.1',
    ':::',
    '2001:db8::g',
    '[::1]',
    'example.com',
  ])('%j is none', (text) => {
    expect(parseAddress(text)).toBeNull()
  })
})

describe('a network', () => {
  test.each(['0.0.0.0/0', '192.0.2.0/24', '192.0.2.1/32', '::/0', '2001:db8::/32', '::1/128', '192.0.2.7'])(
    '%s is one',
    (text) => {
      expect(parseNetwork(text)).not.toBeNull()
    },
  )

  test.each([
    '192.0.2.0/33',
    '192.0.2.0/-1',
    '192.0.2.0/',
    '192.0.2.0/024',
    '192.0.2.0/2 4',
    '::ffff:010.0.0.0/104',
    '::/129',
    '/8',
    '10/8',
    'all',
  ])('%j is none', (text) => {
    expect(parseNetwork(text)).toBeNull()
  })

  test('is inside another when all of its addresses are', () => {
    const inside = (inner: string, outer: string) => {
      const [small, large] = [parseNetwork(inner), parseNetwork(outer)]
      return small !== null && large !== null && isNetworkInside(small, large)
    }
    expect(inside('10.1.0.0/16', '10.0.0.0/8')).toBe(true)
    expect(inside('10.0.0.0/8', '10.1.0.0/16')).toBe(false)
    expect(inside('10.0.0.0/8', '10.0.0.0/8')).toBe(true)
    expect(inside('11.0.0.0/16', '10.0.0.0/8')).toBe(false)
    expect(inside('2001:db8::/48', '2001:db8::/32')).toBe(true)
    expect(inside('192.0.2.1', '::/0')).toBe(false)
  })
})

describe('a list of networks', () => {
  const matches = createAddressMatcher(['192.0.2.0/25', '198.51.100.7', '2001:db8:1::/47'])

  test.each([
    ['192.0.2.0', true],
    ['192.0.2.127', true],
    ['192.0.2.128', false],
    ['198.51.100.7', true],
    ['198.51.100.8', false],
    ['::ffff:192.0.2.5', true],
    ['::ffff:c000:0205', true],
    ['::192.0.2.5', false],
    ['::ffff:0300.0.2.5', false],
    ['2001:db8::1', true],
    ['2001:db8:1:ffff::1', true],
    ['2001:db8:2::1', false],
    ['not an address', false],
    ['', false],
  ] as const)('%s: %s', (address, isIn) => {
    expect(matches(address)).toBe(isIn)
  })

  test('counts the bits of a mapped network from its IPv6 form', () => {
    expect(createAddressMatcher(['::ffff:192.0.2.0/120'])('192.0.2.9')).toBe(true)
    expect(createAddressMatcher(['::ffff:192.0.2.0/120'])('192.0.3.9')).toBe(false)
    expect(parseNetwork('::ffff:192.0.2.0/24')).toBeNull()
  })

  test('of everything matches everything of its kind', () => {
    expect(createAddressMatcher(['0.0.0.0/0'])('203.0.113.9')).toBe(true)
    expect(createAddressMatcher(['0.0.0.0/0'])('::1')).toBe(false)
  })
})
