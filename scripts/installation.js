/**
 * One package of a lockfile, by its path under the repository.
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [link] one of the repository's own packages
 * @property {boolean} [optional] may be left out where it does not fit the machine
 * @property {boolean} [devOptional]
 */

/**
 * Whether what npm has installed is what the lockfile asks for. Compared by content, not by the files' times: a checkout
 * renews those, and npm writes the two files in either order.
 * @param {Record<string, LockedPackage>} wanted `packages` of package-lock.json
 * @param {Record<string, LockedPackage>} present `packages` of node_modules/.package-lock.json
 */
export function isInstalled(wanted, present) {
  return Object.entries(wanted).every(([path, entry]) => {
    const found = present[path]
    if (path === '') return true
    if (!found) return entry.optional === true || entry.devOptional === true
    return found.version === entry.version && found.integrity === entry.integrity
  })
}
