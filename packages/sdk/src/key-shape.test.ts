import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { builtInContract, createKeyFormat, sessionTokenFormat } from '@mintmark/core'
import { assert, asyncProperty, constantFrom, integer, oneof, string, tuple } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readContract } from './contract.ts'
import { createKeyShape } from './key-shape.ts'
import { Mintmark } from './mintmark.ts'
import { servingMintmark } from './testing/served-mintmark.ts'

type Vectors = {
  readonly formats: Readonly<Record<string, Parameters<typeof createKeyFormat>[0]>>
  readonly cases: readonly {
    readonly format: string
    readonly text: string
    readonly parsed: object | null
    readonly why: string
  }[]
}

const vectors = JSON.parse(
  readFileSync(new URL('../../core/vectors/key-format.json', import.meta.url), 'utf8'),
) as Vectors

describe('what cannot be a credential', () => {
  const own = new Set(['operator', 'session'])
  test.each(vectors.cases.filter(({ format }) => !own.has(format)))(
    'is what every implementation refuses: $why',
    ({ format, text, parsed }) => {
      const keys = { ...builtInContract.keys, ...vectors.formats[format] }
      expect(createKeyShape({ keys: { ...keys, prefixes: { test: null, ...keys.prefixes } } })(text)).toBe(
        parsed !== null,
      )
    },
  )

  test('is no session token, and nothing that the contract names as another system’s', () => {
    const legacy = [{ pattern: '^old_[a-z]{8}$', hash: 'sha256-hex' }]
    const couldBe = createKeyShape(readContract({ name: 'Example', keys: { legacy } }))
    const random = (byteCount: number): Uint8Array => new Uint8Array(byteCount).fill(7)
    const token = sessionTokenFormat.mint('live', random)
    expect([token, `${token}x`, 'old_abcdefgh', 'old_abcdefg', 'mmo_x', ''].map(couldBe)).toEqual([
      true,
      false,
      true,
      false,
      false,
      false,
    ])
  })
})

describe('a verification of what cannot be a credential', () => {
  const serve = servingMintmark()

  test('says what the server would, and asks nobody', { timeout: 60_000 }, async () => {
    const messages = { invalid_key: 'Invalid API key' }
    const { url, operatorKey, engine } = await serve({ contract: { name: 'Example', messages } })
    const asked: string[] = []
    const client = new Mintmark({
      server: url,
      key: operatorKey,
      contract: engine.contract,
      fetch: (input, init) => (asked.push(new Request(input, init).url), fetch(input, init)),
    })
    const format = createKeyFormat(engine.contract.keys)
    const real = constantFrom(...Array.from({ length: 20 }, () => format.mint('live', (count) => randomBytes(count))))
    const twisted = tuple(real, integer({ min: 0, max: 50 }), constantFrom('0', 'z', ' ', 'é', '', '00')).map(
      ([key, at, text]) => key.slice(0, at) + text + key.slice(at + 1),
    )
    const couldBe = createKeyShape(engine.contract)
    await assert(
      asyncProperty(oneof(string(), string({ unit: 'grapheme' }), twisted), async (key) => {
        const before = asked.length
        const verdict = await client.verify({ key })
        expect(verdict).toEqual(await engine.verify({ key }))
        expect(asked.length - before).toBe(couldBe(key) ? 1 : 0)
      }),
      { numRuns: 400 },
    )
    expect((await client.verify({ key: 'x' })).message).toBe('Invalid API key')
  })
})
