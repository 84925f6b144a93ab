import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { shadesOf } from './accent.ts'
import {
  black,
  contrastOf,
  leastContrast,
  legibleOn,
  parseColour,
  white,
  writeColour,
  type Colour,
} from './contrast.ts'

const colour = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)).map(([red, green, blue]): Colour => [red, green, blue])

test.each([
  ['#000000', '#ffffff', 21],
  ['#ffffff', '#ffffff', 1],
  ['#767676', '#ffffff', 4.54],
  ['#777777', '#ffffff', 4.48],
])('contrast of %s on %s is WCAG’s %d', (one, other, expected) => {
  expect(contrastOf(parseColour(one), parseColour(other))).toBeCloseTo(expected, 2)
})

test('a colour that is legible stays as it is', () => {
  expect(writeColour(legibleOn(white, parseColour('#1f7a3f'), black))).toBe('#1f7a3f')
})

test('whatever accent a company has, its buttons and links are legible in both themes', () => {
  fc.assert(
    fc.property(colour, (accent) => {
      const shades = shadesOf(writeColour(accent)).map(parseColour)
      const [, , , link = white, , , , , button = black, tint = black] = shades
      expect(contrastOf(button, white)).toBeGreaterThanOrEqual(leastContrast)
      expect(contrastOf(tint, white)).toBeGreaterThanOrEqual(leastContrast)
      expect(contrastOf(link, parseColour('#2e2e2e'))).toBeGreaterThanOrEqual(leastContrast)
    }),
  )
})
