/** A colour as sRGB, each part 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number]

/** WCAG 2.2, 1.4.3: what text of ordinary size needs. */
export const leastContrast = 4.5

export const white: Colour = [255, 255, 255]
export const black: Colour = [0, 0, 0]

export function parseColour(text: string): Colour {
  const value = Number.parseInt(text.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

export function writeColour(colour: Colour): string {
  return `#${colour.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`
}

/** WCAG 2.2's relative luminance, 0 to 1. */
export function luminanceOf(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const share = part / 255
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** 1 to 21. */
export function contrastOf(one: Colour, other: Colour): number {
  const [darker = 0, lighter = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

/** `share` of the second, 0 to 1. */
export function mix(one: Colour, other: Colour, share: number): Colour {
  const part = (index: 0 | 1 | 2): number => one[index] + (other[index] - one[index]) * share
  return [part(0), part(1), part(2)]
}

/** The colour itself, or as little of `towards` in it as makes it legible on the ground. */
export function legibleOn(ground: Colour, colour: Colour, towards: Colour): Colour {
  for (let share = 0; share < 1; share += 0.02) {
    const mixed = mix(colour, towards, share)
    if (contrastOf(mixed, ground) >= leastContrast) return mixed
  }
  return towards
}
