/** Files that a document names in backticks and that are not there: `http/route.ts` may stand for `packages/server/src/http/route.ts`. */
export function missingFiles(path: string, text: string, paths: readonly string[]): string[] {
  const known = paths.map((known) => `/${known}`)
  const short = known.map((each) => each.replace(/^\/packages\//, '/').replace('/src/', '/'))
  const isThere = (name: string): boolean => [...known, ...short].some((each) => each.endsWith(`/${name}`))
  const named = text.matchAll(/`(?<name>[\w./-]+\.(?:ts|js))`/g)
  return [...new Set(Array.from(named, ({ groups }) => groups?.['name'] ?? ''))]
    .filter((name) => !isThere(name))
    .map((name) => `${path}: names ${name}, which is not there`)
}
