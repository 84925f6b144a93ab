/** `npm run test:release`: the long counts. */
export const isRelease = process.env['MINTMARK_RELEASE'] === '1'

/** How often: in CI (at least a twentieth) and in `npm run test:release`. */
export function count(ci: number, release: number): number {
  return isRelease ? release : ci
}
