import { randomBytes } from 'node:crypto'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { createId, parseChosenId, parseMadeId } from './id.ts'
import type { IdKind, KeyId, OrganizationId, SecretId } from './id.ts'

const kinds: readonly IdKind[] = ['org', 'prj', 'usr', 'key', 'sec', 'ses', 'evt', 'whk', 'dlv', 'inv']

describe('createId', () => {
  it.each(kinds)('makes %s_ and 22 base62 characters that its parser takes', (kind) => {
    const id = createId(kind, randomBytes)
    expect(id).toMatch(new RegExp(`^${kind}_[0-9A-Za-z]{22}$`))
    expect(parseMadeId(kind, id)).toBe(id)
  })

  it('holds 128 bits and spends all of them', () => {
    expect(22 * Math.log2(62)).toBeGreaterThanOrEqual(128)
    const ids = Array.from({ length: 1_000 }, () => createId('key', randomBytes))
    for (let index = 4; index < 26; index++) {
      expect(new Set(ids.map((id) => id.charAt(index))).size, `place ${index}`).toBeGreaterThan(50)
    }
  })

  it('gives each kind a type of its own', () => {
    expectTypeOf(createId('key', randomBytes)).toEqualTypeOf<KeyId>()
    expectTypeOf(createId('sec', randomBytes)).toEqualTypeOf<SecretId>()
    expectTypeOf<SecretId>().not.toExtend<KeyId>()
    expectTypeOf<string>().not.toExtend<KeyId>()
    expectTypeOf(parseChosenId('org', 'acme')).toEqualTypeOf<OrganizationId | null>()
  })
})

describe('parseMadeId', () => {
  const id = createId('key', randomBytes)

  it.each([
    ['another kind', `sec_${id.slice(4)}`],
    ['no kind', id.slice(4)],
    ['another case', `KEY_${id.slice(4)}`],
    ['one character short', id.slice(0, -1)],
    ['one character long', `${id}0`],
    ['an underscore inside', `${id.slice(0, -1)}_`],
    ['a space after', `${id.slice(0, -1)} `],
    ['a full-width digit', `${id.slice(0, -1)}\uff10`],
    ['a lone surrogate', `${id.slice(0, -1)}\ud800`],
    ['nothing', ''],
    ['a long text', id.repeat(50_000)],
  ])('refuses %s', (_what, text) => {
    expect(parseMadeId('key', text)).toBeNull()
  })
})

describe('parseChosenId', () => {
  it.each(['a', '0', '-', '_', 'acme', 'Acme-2_x', 'x'.repeat(64), '__proto__', 'org_0123456789012345678901'])(
    'takes %s as it is',
    (text) => {
      expect(parseChosenId('org', text)).toBe(text)
    },
  )

  it.each([
    '',
    'x'.repeat(65),
    'a b',
    ' a',
    'a ',
    'a\n',
    'a.b',
    'a/b',
    'a%20',
    'é',
    '\uff41',
    'a\0',
    'x'.repeat(1 << 20),
  ])('refuses %.20j', (text) => {
    expect(parseChosenId('usr', text)).toBeNull()
  })

  it.each([null, undefined, 7, {}, ['acme'], { toString: () => 'acme' }])('refuses %j, which is no text', (value) => {
    // @ts-expect-error: what a boundary that was not checked might pass
    const text: string = value
    expect([parseChosenId('org', text), parseMadeId('key', text)]).toEqual([null, null])
  })
})
