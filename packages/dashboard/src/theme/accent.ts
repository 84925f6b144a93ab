import { black, legibleOn, mix, parseColour, white, writeColour, type Colour } from './contrast.ts'

/** As Mantine wants a colour: from the lightest shade to the darkest. */
export type Shades = readonly [string, string, string, string, string, string, string, string, string, string]

/** Mantine's tinted grounds, the darkest that white pages have, and the lightest of dark ones. */
const lightGround: Colour = [233, 236, 239]
const darkGround: Colour = [46, 46, 46]

/**
 * The shades of a company's own colour, whichever it is: those up to the fifth are legible on dark grounds, those from
 * the eighth on light ones, with white text on them.
 */
export function shadesOf(accent: string): Shades {
  const colour = parseColour(accent)
  const onDark = legibleOn(darkGround, colour, white)
  const onLight = legibleOn(lightGround, colour, black)
  const shade = (one: Colour, other: Colour, share: number): string => writeColour(mix(one, other, share))
  return [
    shade(onDark, white, 0.9),
    shade(onDark, white, 0.75),
    shade(onDark, white, 0.5),
    shade(onDark, white, 0.25),
    writeColour(onDark),
    writeColour(colour),
    writeColour(colour),
    writeColour(onLight),
    shade(onLight, black, 0.1),
    shade(onLight, black, 0.3),
  ]
}
