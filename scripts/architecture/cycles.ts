import { dirname, join } from 'node:path/posix'
import type { SourceFile } from './source-file.ts'

/**
 * Each cycle of imports that exist at run time, as the list of its files.
 * @param entries a package's name (with subpath) to the source file that it stands for
 */
export function importCycles(files: readonly SourceFile[], entries: ReadonlyMap<string, string>): string[][] {
  const paths = new Set(files.map((file) => file.path))
  const targets = new Map(files.map((file) => [file.path, targetsOf(file, entries).filter((path) => paths.has(path))]))
  const cycles: string[][] = []
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start !== -1) {
      cycles.push(trail.slice(start))
      return
    }
    if (done.has(path)) return
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path])
    done.add(path)
  }
  for (const path of paths) visit(path, [])
  return cycles
}

function targetsOf(file: SourceFile, entries: ReadonlyMap<string, string>): string[] {
  return file.imports
    .filter((line) => !line.isTypeOnly)
    .map(({ specifier }) =>
      specifier.startsWith('.') ? join(dirname(file.path), specifier) : (entries.get(specifier) ?? ''),
    )
}
