/** What each vendor's pages promise, by id. */
export const promises = {
  align: ids('AL', 15),
  alfaone: ids('A1', 7),
  aether365: ids('AE', 6),
  'alternate-futures': ids('AF', 14),
} as const satisfies Record<string, readonly PromiseId[]>

export type ExampleName = keyof typeof promises
export type PromiseId = `${'AL' | 'A1' | 'AE' | 'AF'}-${number}`

/** Those that only a page in a browser shows: they come with the dashboard. */
export const promisesOfPages: readonly PromiseId[] = ['AL-1', 'A1-2', 'A1-7', 'AF-14']

function ids<Vendor extends 'AL' | 'A1' | 'AE' | 'AF'>(vendor: Vendor, count: number): `${Vendor}-${number}`[] {
  return Array.from({ length: count }, (_, index) => `${vendor}-${index + 1}` as const)
}
