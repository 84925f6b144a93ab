import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const workspaceNames = ['@mintmark/core', '@mintmark/server', '@mintmark/sdk', 'mintmark'] as const
const names = [...workspaceNames, '@mintmark/elements'] as const
/** No workspace: it is built of the dashboard's sources. */
const elementsFolder = join(root, 'packages', 'dashboard', 'elements')
export type PackageName = (typeof names)[number]

/** What would be published, and folders in which nothing else is. */
export class Packed {
  readonly #folder = mkdtempSync(join(tmpdir(), 'mintmark-packed-'))
  readonly #tarballs = new Map<PackageName, string>()

  /** Builds what is not built, and packs it. */
  constructor() {
    run(process.execPath, [join(root, 'scripts', 'build.js')], root)
    const workspaces = workspaceNames.flatMap((name) => ['--workspace', name])
    npm(['pack', '--pack-destination', this.#folder, ...workspaces], root)
    npm(['pack', elementsFolder, '--pack-destination', this.#folder], root)
    for (const name of names) this.#tarballs.set(name, this.#tarballOf(name))
  }

  tarball(name: PackageName): string {
    const path = this.#tarballs.get(name)
    if (path === undefined) throw new Error(`${name} was not packed.`)
    return path
  }

  /** A new folder into which the registry's own client has put these, and what they need. */
  install(...wanted: readonly PackageName[]): string {
    const folder = this.emptyFolder()
    npm(['install', ...wanted.map((name) => this.tarball(name))], folder)
    return folder
  }

  emptyFolder(): string {
    const folder = mkdtempSync(join(this.#folder, 'project-'))
    writeFileSync(join(folder, 'package.json'), '{"name":"project","private":true,"type":"module"}')
    return folder
  }

  /** Node 20: the machine's, where it is one; else the registry has it. */
  node20(): string {
    const own = (process.env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, 'node'))
    const found = own.find(
      (path) => existsSync(path) && spawnSync(path, ['--version']).stdout?.toString().startsWith('v20.'),
    )
    if (found !== undefined) return found
    const folder = this.emptyFolder()
    const name = `node-${process.platform}-${process.arch}`
    npm(['install', `${name}@20.20.2`], folder)
    return join(folder, 'node_modules', name, 'bin', 'node')
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #tarballOf(name: PackageName): string {
    const start = `${name.replace('@', '').replace('/', '-')}-`
    const file = readdirSync(this.#folder).find(
      (entry) => entry.startsWith(start) && /^[0-9]/.test(entry.slice(start.length)),
    )
    if (file === undefined) throw new Error(`npm packed no ${name}.`)
    return join(this.#folder, file)
  }
}

/** The packages that are installed in a folder, but for npm's own notes. */
export function installed(folder: string): readonly string[] {
  const modules = join(folder, 'node_modules')
  return readdirSync(modules).flatMap((name) => {
    if (name.startsWith('.')) return []
    return name.startsWith('@') ? readdirSync(join(modules, name)).map((inner) => `${name}/${inner}`) : [name]
  })
}

/** Runs a program to its end, and says what it wrote to standard output; throws what it wrote to standard error. */
export function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, env, encoding: 'utf8' })
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? `exit ${status}`}\n${stderr}${stdout}`)
  return stdout
}

function npm(args: readonly string[], cwd: string): void {
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
  const { npm_execpath: path } = process.env
  if (path === undefined) run('npm', [...args, ...quiet], cwd)
  else run(process.execPath, [path, ...args, ...quiet], cwd)
}
