declare const brand: unique symbol

/** Text that only its own parser or maker can give: two brands are never assignable to one another. */
export type Brand<Base extends string, Name extends string> = Base & { readonly [brand]: Name }

/** Gives text its brand: for the parser or maker that vouches for it, and for no one else. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion, typescript/no-unnecessary-type-parameters -- types only
export const branded = <Branded extends Brand<string, string>>(text: string): Branded => text as Branded
