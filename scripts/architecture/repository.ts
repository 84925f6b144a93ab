import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { join as joinPath } from 'node:path/posix'

const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', '.git', '.cache', 'mintmark-data'])
const SOURCE_CONDITION = 'mintmark-source'

/** Every file of the repository that is not installed, built or data, from its root, with forward slashes. */
export function repositoryFiles(root: string, directory = ''): string[] {
  return readdirSync(join(root, directory), { withFileTypes: true })
    .filter((entry) => !NOT_OURS.has(entry.name) && !entry.name.endsWith('.tsbuildinfo'))
    .flatMap((entry) => {
      const path = joinPath(directory, entry.name)
      if (entry.isDirectory()) return repositoryFiles(root, path)
      return entry.isFile() ? [path] : []
    })
}

/** What each of our packages can be imported by, to the source file that it stands for. */
export function packageEntries(root: string): Map<string, string> {
  const manifests = readdirSync(join(root, 'packages')).map((name) => joinPath('packages', name, 'package.json'))
  return new Map(manifests.filter((path) => existsSync(join(root, path))).flatMap((path) => entriesOf(root, path)))
}

function entriesOf(root: string, manifestPath: string): [specifier: string, path: string][] {
  const manifest: { name: string; exports?: Record<string, Record<string, string> | string> } = JSON.parse(
    readFileSync(join(root, manifestPath), 'utf8'),
  )
  return Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) => {
    const source = typeof target === 'string' ? undefined : target[SOURCE_CONDITION]
    return source === undefined ? [] : [[joinPath(manifest.name, subpath), joinPath(manifestPath, '..', source)]]
  })
}
