import { parseContractText } from '@mintmark/core'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { mistakesOf, suggestPrefix, writeContract, type DraftAnswers } from './contract-draft.ts'

const answers: DraftAnswers = {
  name: 'Example',
  prefix: 'ex',
  resources: ['sites', 'files'],
  requestsPerMinute: 100,
  errors: 'problem',
}

test('says what was answered, with a comment for each part', () => {
  const text = writeContract(answers)
  const { contract } = parseContractText(text)
  expect(contract).toMatchObject({
    name: 'Example',
    keys: { prefixes: { live: 'ex_live_', test: 'ex_test_' }, length: 38, checksum: 6, shown: 8 },
    errors: 'problem',
    permissions: ['sites:read', 'sites:write', 'files:read', 'files:write'],
    minting: { organization: ['admin'], project: ['admin', 'engineer'] },
    tiers: { standard: { limit: 100, windowSeconds: 60 } },
    ui: { product: 'Example' },
  })
  const lines = text.split('\n')
  const fields = lines.filter((line) => /^ {2}"/.test(line) && !/"name"|defaultTier/.test(line))
  expect(fields.length).toBeGreaterThan(8)
  for (const field of fields) expect(lines[lines.indexOf(field) - 1], field).toMatch(/^ {2}\/\/ .*\.$/)
})

test('is sound without a resource', () => {
  expect(mistakesOf({ ...answers, resources: [] })).toEqual([])
})

test('has mistakes where an answer is none, and never another meaning', () => {
  fc.assert(
    fc.property(
      fc.record({
        name: fc.string({ unit: 'binary', maxLength: 20 }),
        prefix: fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('ex', 'sk', 'ghp', '"', '*/ //')),
        resources: fc.array(fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom('sites', 'a"]')), { maxLength: 3 }),
        requestsPerMinute: fc.integer({ min: -1, max: 200_000 }),
        errors: fc.constantFrom('problem', 'reason', 'error', 'envelope' as const),
      }),
      (drawn) => {
        const { contract } = parseContractText(writeContract(drawn))
        if (contract === null) return
        expect(contract.name).toBe(drawn.name)
        expect(contract.keys.prefixes.live).toBe(`${drawn.prefix}_live_`)
        expect(contract.permissions).toEqual(drawn.resources.flatMap((name) => [`${name}:read`, `${name}:write`]))
        expect(contract.tiers['standard']?.limit).toBe(drawn.requestsPerMinute)
        expect(contract.errors).toBe(drawn.errors)
      },
    ),
  )
  expect(mistakesOf({ ...answers, prefix: 'sk' })[0]?.path).toBe('keys.prefixes.live')
  expect(mistakesOf({ ...answers, requestsPerMinute: 0 })[0]?.path).toBe('tiers.standard.limit')
})

test.each([
  ['Example', 'exam'],
  ['Acme Cloud', 'ac'],
  ['MK', 'key'],
  ['3D', 'key'],
  ['', 'key'],
  ['Ümläut', 'umla'],
  ['Re', 'key'],
  ['Stripe King', 'key'],
])('suggests for %j the prefix %s', (name, prefix) => {
  expect(suggestPrefix(name)).toBe(prefix)
})

test('suggests only prefixes that are sound', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (name) => {
      expect(mistakesOf({ ...answers, prefix: suggestPrefix(name) })).toEqual([])
    }),
  )
})
