import { describe, expect, test } from 'vitest'
import type { CredentialHeader } from '@mintmark/core'
import { ownHeaders, readHeaders } from './credential.ts'

const read = (headers: readonly (readonly [string, string])[], accepted: readonly CredentialHeader[] = ownHeaders) =>
  readHeaders(headers.flat(), accepted)

describe('a credential', () => {
  test.each<[string, [string, string][], string | null]>([
    ['is none without headers', [], null],
    ['is in Authorization', [['Authorization', 'Bearer abc']], 'abc'],
    ['is in X-API-Key', [['X-API-Key', 'abc']], 'abc'],
    ['has headers of any case', [['AUTHORIZATION', 'Bearer abc']], 'abc'],
    ['has a scheme of any case', [['authorization', 'bEaReR abc']], 'abc'],
    ['may have spaces before it', [['authorization', 'Bearer    abc']], 'abc'],
    ['is not trimmed at its end', [['authorization', 'Bearer abc ']], 'abc '],
    ['is not trimmed in X-API-Key', [['x-api-key', ' abc']], ' abc'],
    ['may have spaces in it', [['authorization', 'Bearer a b']], 'a b'],
    ['is not decoded', [['authorization', 'Bearer a%20b']], 'a%20b'],
    ['keeps its case', [['x-api-key', 'AbC']], 'AbC'],
    ['is none without a token', [['authorization', 'Bearer']], null],
    ['is none with spaces for a token', [['authorization', 'Bearer   ']], null],
    ['is none under another scheme', [['authorization', 'Basic abc']], null],
    ['is none under a scheme that only begins so', [['authorization', 'Bearers abc']], null],
    ['is none after a tab', [['authorization', 'Bearer\tabc']], null],
    ['is none without a scheme', [['authorization', 'abc']], null],
    ['is none when it is empty', [['x-api-key', '']], null],
    [
      'is not in other headers',
      [
        ['cookie', 'abc'],
        ['proxy-authorization', 'Bearer abc'],
        ['x-apikey', 'abc'],
      ],
      null,
    ],
  ])('%s', (_, headers, credential) => {
    expect(read(headers)).toMatchObject({ credential, isAmbiguous: false })
  })

  test.each<[string, [string, string][], boolean]>([
    [
      'two that agree',
      [
        ['authorization', 'Bearer a'],
        ['x-api-key', 'a'],
      ],
      false,
    ],
    [
      'two that differ',
      [
        ['authorization', 'Bearer a'],
        ['x-api-key', 'b'],
      ],
      true,
    ],
    [
      'two that differ in case',
      [
        ['authorization', 'Bearer a'],
        ['x-api-key', 'A'],
      ],
      true,
    ],
    [
      'one and an empty one',
      [
        ['authorization', 'Bearer a'],
        ['x-api-key', ''],
      ],
      false,
    ],
    [
      'one and another scheme',
      [
        ['authorization', 'Basic b'],
        ['x-api-key', 'a'],
      ],
      false,
    ],
    [
      'Authorization twice',
      [
        ['authorization', 'Bearer a'],
        ['Authorization', 'Bearer b'],
      ],
      true,
    ],
    [
      'Authorization twice, the same',
      [
        ['authorization', 'Bearer a'],
        ['Authorization', 'Bearer a'],
      ],
      true,
    ],
    [
      'Authorization twice, one empty',
      [
        ['authorization', ''],
        ['authorization', 'Bearer a'],
      ],
      true,
    ],
    [
      'X-API-Key twice',
      [
        ['x-api-key', 'a'],
        ['X-Api-Key', 'a'],
      ],
      true,
    ],
    [
      'X-API-Key twice, both empty',
      [
        ['x-api-key', ''],
        ['x-api-key', ''],
      ],
      true,
    ],
  ])('%s is ambiguous: %s', (_, headers, isAmbiguous) => {
    expect(read(headers).isAmbiguous).toBe(isAmbiguous)
  })

  test('may be a session token in Authorization, wherever a contract has keys put', () => {
    const session = ['authorization', 'bearer mms_0'] as const
    expect(read([session], ['x-api-key'])).toMatchObject({ credential: 'mms_0', isAmbiguous: false })
    expect(read([session, ['x-api-key', 'k']], ['x-api-key'])).toMatchObject({ isAmbiguous: true })
    expect(read([session, session], ['x-api-key'])).toMatchObject({ isAmbiguous: true })
    expect(read([['x-api-key', 'mms_0']], ['authorization'])).toMatchObject({ credential: null })
    expect(read([['authorization', 'Bearer k_mms_0']], ['x-api-key'])).toMatchObject({ credential: null })
  })

  test('is read from the headers that a contract accepts, and no others', () => {
    const both = [
      ['authorization', 'Bearer a'],
      ['x-api-key', 'b'],
    ] as const
    expect(read(both, ['x-api-key'])).toMatchObject({ credential: 'b', isAmbiguous: false })
    expect(read(both, ['authorization'])).toMatchObject({ credential: 'a', isAmbiguous: false })
    expect(
      read(
        [
          ['authorization', 'Bearer a'],
          ['authorization', 'Bearer b'],
        ],
        ['x-api-key'],
      ),
    ).toMatchObject({
      credential: null,
      isAmbiguous: false,
    })
  })
})

describe('the acting headers', () => {
  test('are taken as they are, an empty one too: it is a mistake to be told of, not nothing', () => {
    expect(
      read([
        ['Mintmark-Organization', 'acme'],
        ['mintmark-user', ''],
      ]),
    ).toMatchObject({
      organizationId: 'acme',
      userId: '',
      isActingTwice: false,
    })
    expect(read([])).toMatchObject({ organizationId: null, userId: null, isActingTwice: false })
  })

  test.each([
    [
      [
        ['mintmark-organization', 'a'],
        ['Mintmark-Organization', 'b'],
      ],
    ],
    [
      [
        ['mintmark-organization', 'a'],
        ['mintmark-organization', 'a'],
      ],
    ],
    [
      [
        ['mintmark-user', ''],
        ['mintmark-user', 'a'],
      ],
    ],
  ])('twice are a mistake: %o', (headers) => {
    expect(read(headers as [string, string][]).isActingTwice).toBe(true)
  })
})

test('X-Forwarded-For is one list, however many lines it came in', () => {
  expect(
    read([
      ['X-Forwarded-For', '192.0.2.1, 192.0.2.2'],
      ['x-forwarded-for', '192.0.2.3'],
    ]).forwardedFor,
  ).toBe('192.0.2.1, 192.0.2.2,192.0.2.3')
  expect(read([]).forwardedFor).toBeNull()
})

test('headers of the same length as ours are not ours', () => {
  expect(
    read([
      ['authorizatiom', 'Bearer a'],
      ['x-api-kex', 'a'],
      ['mintmark-usex', 'a'],
      ['mintmark-organizatiom', 'a'],
    ]),
  ).toEqual(read([]))
})
