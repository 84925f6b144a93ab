/**
 * npm leaves an optional package out of the lockfile when its registry does not carry it, which mirrors do with the
 * binaries of machines that nobody there has. `npm ci` then refuses the lockfile, everywhere. Yet version, system and
 * processor are known: the first from who asks for the package, the others from its name.
 */

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {boolean} [dev]
 * @property {boolean} [optional]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 */

const SYSTEMS = new Set([
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
])
const PROCESSORS = new Set([
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
])

/**
 * The entries that a lockfile lacks, by path.
 * @param {Record<string, LockedPackage>} packages `packages` of package-lock.json
 * @returns {Record<string, LockedPackage>}
 */
export function lackingBinaries(packages) {
  /** @type {Record<string, LockedPackage>} */
  const lacking = {}
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const isThere = packages[`node_modules/${name}`] ?? packages[`${path}/node_modules/${name}`]
      if (isThere || !/^\d/.test(version)) continue
      const { cpu, libc, os } = machineOf(name)
      const dev = entry.dev && { dev: true }
      // In npm's order of fields, so that its next run changes nothing.
      lacking[`node_modules/${name}`] = { version, cpu, ...dev, ...(libc && { libc }), optional: true, os }
    }
  }
  return lacking
}

/**
 * The machine that a binary is for: the last part of its name, as in `binding-linux-arm64-musl`.
 * @param {string} name
 */
function machineOf(name) {
  const words = name.split('/').at(-1)?.split('-') ?? []
  const os = words.filter((word) => SYSTEMS.has(word))
  const cpu = words.filter((word) => PROCESSORS.has(word))
  if (cpu.length !== 1 || os.length > 1) throw new Error(`${name}: its name does not tell for which machine it is`)
  const library = words.at(-1) ?? ''
  const libc = library.startsWith('musl') ? ['musl'] : library.startsWith('gnu') ? ['glibc'] : undefined
  return { cpu, os, libc: os.includes('linux') ? libc : undefined }
}
