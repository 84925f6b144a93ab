import { expect, test } from 'vitest'
import { shownPart } from './shown-part.ts'

const keys = {
  prefixes: { live: 'ex_live_', test: null },
  length: 38,
  checksum: 6,
  shown: 8,
  formerPrefixes: ['old_'],
  legacy: [],
}

test.each([
  ['ex_live_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AB', 'ex_live_AbCdEfGh'],
  ['ex_live_AbCdEfGh', 'ex_live_AbCdEfGh'],
  ['old_AbCdEfGhIjKl', 'old_AbCdEfGh'],
  ['org_1', 'org_1'],
])('of %s leaves %s', (text, shown) => {
  expect(shownPart(text, { keys })).toBe(shown)
})
